"""The lab's package cache: a small proxy for its machines' apt, so that each package is downloaded once for all.

A shared archives folder would not do: apt locks it, and of two machines that install at once one fails. The proxy
runs on the host, listens on the bridge only, and reaches the archives as the host's own apt does.

What never changes under its name (packages, files by hash) is kept; all else is passed through with its conditions.
"""

from __future__ import annotations

import argparse
import shutil
import threading
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from http import HTTPStatus
from http.client import HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit

from dgxops.lab.standins.repository import HOST

PORT = 3142
PATIENCE_SECONDS = 120

_ASKED_ON = ("If-Modified-Since", "If-None-Match", "Authorization", "User-Agent", "Cache-Control")
_ANSWERED_ON = ("Content-Type", "Last-Modified", "ETag", "Date")


def stored_path(store: Path, url: str) -> Path | None:
    """Where a URL's content is kept; None for what may change, or whose path is not a plain one."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    lasting = path.endswith((".deb", ".udeb")) or "/by-hash/" in path
    plain = bool(parts.hostname) and not parts.query and ".." not in path.split("/")
    return store / str(parts.hostname) / path.lstrip("/") if lasting and plain else None


class Store:
    """Files kept for good, each fetched by one thread while the others that want it wait."""

    def __init__(self, folder: Path, opener: urllib.request.OpenerDirector) -> None:
        self._folder, self._opener = folder, opener
        self._locks: defaultdict[Path, threading.Lock] = defaultdict(threading.Lock)
        self._guard = threading.Lock()

    def open(self, url: str, headers: Mapping[str, str]) -> HTTPResponse:
        """The archive's answer, whatever its status below 400; HTTPError for those above and for 304."""
        request = urllib.request.Request(url, headers=dict(headers))  # noqa: S310 - the handler lets http alone in
        response: HTTPResponse = self._opener.open(request, timeout=PATIENCE_SECONDS)
        return response

    def file(self, url: str, headers: Mapping[str, str]) -> Path | None:
        """The kept content of a URL, fetched first when it is not there; None for what is not kept."""
        path = stored_path(self._folder, url)
        if path is None:
            return None
        with self._only_one(path):
            if not path.exists():
                self._fetch(url, headers, path)
        return path

    @contextmanager
    def _only_one(self, path: Path) -> Iterator[None]:
        with self._guard:
            lock = self._locks[path]
        with lock:
            yield

    def _fetch(self, url: str, headers: Mapping[str, str], path: Path) -> None:
        """Whole or not at all: a download that breaks off leaves nothing under the name."""
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_name(f"{path.name}.{threading.get_ident()}.part")
        unconditional = {k: v for k, v in headers.items() if not k.startswith("If-")}
        try:
            with self.open(url, unconditional) as response, scratch.open("wb") as file:
                expected = response.headers.get("Content-Length")
                shutil.copyfileobj(response, file)
            if expected is not None and scratch.stat().st_size != int(expected):
                raise URLError(f"got {scratch.stat().st_size} of {expected} bytes")
            scratch.rename(path)
        finally:
            scratch.unlink(missing_ok=True)


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD of absolute http URLs, as a proxy is asked."""

    protocol_version = "HTTP/1.1"
    store: ClassVar[Store]
    stand_ins: ClassVar[Path | None] = None

    def do_GET(self) -> None:
        if urlsplit(self.path).scheme != "http":
            self.send_error(HTTPStatus.BAD_REQUEST, "this is the package proxy of a dgxops lab: http only")
            return
        try:
            self._answer({k: v for k, v in self.headers.items() if k in _ASKED_ON})
        except HTTPError as error:
            self._pass_on_error(error)
        except OSError as error:
            self.send_error(HTTPStatus.BAD_GATEWAY, str(error))

    def do_HEAD(self) -> None:
        self.do_GET()

    def _answer(self, headers: dict[str, str]) -> None:
        if self.stand_ins and urlsplit(self.path).hostname == HOST:
            self._answer_of_ours(self.stand_ins)
            return
        kept = self.store.file(self.path, headers)
        if kept is None:
            self._pass_through(headers)
        else:
            self._send_file(kept)

    def _answer_of_ours(self, folder: Path) -> None:
        """A file of the stand-ins' repository, which is flat."""
        path = folder / Path(unquote(urlsplit(self.path).path)).name
        if path.is_file():
            self._send_file(path)
        else:
            self.send_error(HTTPStatus.NOT_FOUND, f"the stand-ins of the lab have no {path.name}")

    def _send_file(self, path: Path) -> None:
        with path.open("rb") as file:
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Length", str(path.stat().st_size))
            self.end_headers()
            if self.command == "GET":
                shutil.copyfileobj(file, self.wfile)

    def _pass_through(self, headers: dict[str, str]) -> None:
        with self.store.open(self.path, headers) as response:
            body = response.read()
            self._send(response.status, response.headers, body)

    def _pass_on_error(self, error: HTTPError) -> None:
        self._send(error.code, error.headers, b"" if error.code == HTTPStatus.NOT_MODIFIED else error.read())

    def _send(self, status: int, headers: Message, body: bytes) -> None:
        self.send_response_only(status)
        for name in _ANSWERED_ON:
            if value := headers.get(name):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """One line a request would be the whole log; errors reach the machine that asked."""


def serve(
    address: str, port: int, folder: Path, proxies: dict[str, str], stand_ins: Path | None = None
) -> ThreadingHTTPServer:
    """A proxy that listens, ready for ``serve_forever``; ``stand_ins`` is the folder of the host of that name."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies))
    handler = type("LabHandler", (Handler,), {"store": Store(folder, opener), "stand_ins": stand_ins})
    return ThreadingHTTPServer((address, port), handler)


def main() -> None:
    """``python -m dgxops.lab.packages --listen ADDRESS --store FOLDER [--proxy URL]``, in a cell of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--listen", required=True)
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--proxy", help="the proxy that this host's apt uses")
    parser.add_argument("--stand-ins", type=Path, help="the repository of stand-ins")
    given = parser.parse_args()
    proxies = {"http": given.proxy} if given.proxy else {}
    serve(given.listen, given.port, given.store, proxies, given.stand_ins).serve_forever()


if __name__ == "__main__":
    main()
