"""The package proxy: a package is fetched once, an index is always asked for, a torn download leaves nothing."""

from __future__ import annotations

import threading
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError

import pytest

from dgxops.lab.packages import serve, stored_path

DEB = "/debian/pool/a/a_1_amd64.deb"
INDEX = "/debian/dists/trixie/InRelease"
TORN = "/debian/pool/t/torn_1_amd64.deb"
BODY = b"package" * 50_000


class Archive(BaseHTTPRequestHandler):
    """An archive that counts what it is asked for."""

    asked: Counter[str]

    def do_GET(self) -> None:
        self.asked[self.path] += 1
        if self.path == INDEX and self.headers.get("If-Modified-Since") == "yesterday":
            self.send_response(304)
            self.end_headers()
        elif self.path in (DEB, INDEX, TORN):
            self.send_response(200)
            self.send_header("Content-Length", str(len(BODY)))
            self.end_headers()
            self.wfile.write(BODY[:100] if self.path == TORN else BODY)
        else:
            self.send_error(404)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def archive() -> Iterator[ThreadingHTTPServer]:
    handler = type("Counting", (Archive,), {"asked": Counter()})
    with running(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as server:
        yield server


class running:  # noqa: N801
    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.server = server

    def __enter__(self) -> ThreadingHTTPServer:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self.server

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def proxy(store: Path) -> Iterator[urllib.request.OpenerDirector]:
    with running(serve("127.0.0.1", 0, store, {})) as server:
        address = f"http://127.0.0.1:{server.server_port}"
        yield urllib.request.build_opener(urllib.request.ProxyHandler({"http": address}))


def url(archive: ThreadingHTTPServer, path: str) -> str:
    return f"http://127.0.0.1:{archive.server_port}{path}"


def asked(archive: ThreadingHTTPServer, path: str) -> int:
    return archive.RequestHandlerClass.asked[path]


def test_a_package_is_downloaded_once_however_many_want_it(archive, proxy) -> None:
    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda _: proxy.open(url(archive, DEB)).read(), range(8)))
    assert bodies == [BODY] * 8
    assert asked(archive, DEB) == 1


def test_an_index_is_asked_for_every_time(archive, proxy) -> None:
    assert [proxy.open(url(archive, INDEX)).read() for _ in range(2)] == [BODY, BODY]
    assert asked(archive, INDEX) == 2


def test_conditions_and_refusals_pass_through(archive, proxy) -> None:
    unchanged = urllib.request.Request(url(archive, INDEX), headers={"If-Modified-Since": "yesterday"})  # noqa: S310
    with pytest.raises(HTTPError, match="304"):
        proxy.open(unchanged)
    with pytest.raises(HTTPError, match="404"):
        proxy.open(url(archive, "/debian/pool/none.deb"))


def test_a_torn_download_is_an_error_and_leaves_nothing(archive, proxy, store: Path) -> None:
    with pytest.raises(HTTPError, match="502"):
        proxy.open(url(archive, TORN))
    assert [p for p in store.rglob("*") if p.is_file()] == []


def test_nothing_listens_behind_the_proxy(proxy, archive) -> None:
    port = archive.server_port
    archive.shutdown()
    archive.server_close()
    with pytest.raises(HTTPError, match="502"):
        proxy.open(f"http://127.0.0.1:{port}{DEB}")


STORED = [
    ("http://m/pool/a_1.deb", "m/pool/a_1.deb"),
    ("http://m:8080/pool/a_1.udeb", "m/pool/a_1.udeb"),
    ("http://m/dists/s/by-hash/SHA256/00", "m/dists/s/by-hash/SHA256/00"),
    ("http://m/pool/a%2bb_1.deb", "m/pool/a+b_1.deb"),
    ("http://m/dists/s/InRelease", None),
    ("http://m/dists/s/Packages.xz", None),
    ("http://m/pool/../../etc/x.deb", None),
    ("http://m/pool/%2e%2e/%2e%2e/etc/x.deb", None),
    ("http://m/pool/a.deb?token=1", None),
    ("http:///a.deb", None),
]


@pytest.mark.parametrize(("address", "path"), STORED)
def test_what_is_kept_and_where(address: str, path: str | None) -> None:
    assert stored_path(Path("/s"), address) == (Path("/s", path) if path else None)
