"""A small HTTP server that answers as NetBox 4.6.8 documents, for tests; it is no NetBox.

Read in netbox-community/netbox, version 4.6.8: netbox/api (viewsets, pagination, authentication, views). Kept: the
token header, /api/status/, pages of at most MAX_PAGE_SIZE with a link to the next, filters (a tag or a number that
does not exist is an error), ``fields``, bulk POST, PATCH and DELETE in one transaction each, errors by field, 409 for
what others refer to. Stricter than NetBox where that shows a mistake: unknown fields and filters are refused.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_interface, ip_network
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.netbox.schema import MODELS, Limits
from tests.netbox.store import CABLES, DEVICES, INTERFACES, TAGS, Invalid, Protected, Row, Store

Answer = tuple[int, Any]
Fault = Callable[[str, str, Any], Answer | None]
VERSION = "4.6.8"


class NetBox:
    """Store, limits and a log of every request; ``fault`` may answer in the server's place."""

    def __init__(self) -> None:
        self.store, self.limits = Store(), Limits()
        self.log: list[tuple[str, str]] = []
        self.fault: Fault | None = None
        self.version = VERSION
        self.url = ""

    @property
    def writes(self) -> list[tuple[str, str]]:
        return [(method, path) for method, path in self.log if method != "GET"]

    def answer(self, method: str, target: str, body: Any, authorization: str) -> Answer:
        parts = urlsplit(target)
        path = parts.path.removeprefix("/api/").strip("/")
        self.log.append((method, path))
        faulty = self.fault(method, path, body) if self.fault else None
        if faulty:
            return faulty
        refusal = self._authorize(method, authorization)
        if refusal:
            return 403, {"detail": refusal}
        if path == "status":
            return 200, {"netbox-version": self.version, "plugins": {}}
        if not parts.path.startswith("/api/") or path not in MODELS:
            return 404, {"detail": "Not found."}
        if method == "GET":
            return self._list(path, parse_qs(parts.query, keep_blank_values=True))
        return self._write(method, path, body)

    def _authorize(self, method: str, authorization: str) -> str:
        word, _, token = authorization.partition(" ")
        if not authorization:
            return "Authentication credentials were not provided."
        if word not in ("Token", "Bearer") or token not in self.limits.tokens:
            return "Invalid v1 token"
        if method != "GET" and not self.limits.tokens[token]:
            return "You do not have permission to perform this action."
        return ""

    def _write(self, method: str, path: str, body: Any) -> Answer:
        undo = _Undo(self.store)
        try:
            return getattr(self, f"_{method.lower()}")(path, body, undo)  # type: ignore[no-any-return]
        except Invalid as error:
            undo.run()
            return 400, error.errors
        except Protected as error:
            undo.run()
            return 409, {"detail": str(error)}

    def _post(self, path: str, body: list[Row], undo: _Undo) -> Answer:
        assert isinstance(body, list)
        if not MODELS[path].sequential:
            errors = [self._errors(path, data) for data in body]
            if any(errors):
                return 400, errors
        numbers = []
        for data in body:
            number = self.store.save(path, None, self.store.valid(path, data, None))
            undo.made.append((path, number))
            numbers.append(number)
            if path == DEVICES:
                self.store.instantiate(number)
        return 201, [self._full(path, number) for number in numbers]

    def _errors(self, path: str, data: Row) -> dict[str, list[str]]:
        try:
            self.store.valid(path, data, None)
        except Invalid as error:
            return error.errors
        return {}

    def _patch(self, path: str, body: list[Row], undo: _Undo) -> Answer:
        for data in body:
            number = data["id"]
            undo.changed.append((path, number, self.store.rows[path][number]))
            self.store.save(path, number, self.store.valid(path, data, number))
        return 200, [self._full(path, data["id"]) for data in body]

    def _delete(self, path: str, body: list[Row], undo: _Undo) -> Answer:
        for field in MODELS[path].protects:
            users = {row[field[1]] for row in self.store.rows[field[0]].values()}
            if users & {data["id"] for data in body}:
                raise Protected("Unable to delete object. 1 dependent objects were found: something (1)")
        for data in body:
            if data["id"] in self.store.rows[path]:  # NetBox passes over what is gone
                self.store.delete(path, data["id"])
        return 204, None

    def _list(self, path: str, query: dict[str, list[str]]) -> Answer:
        wanted = query.pop("fields", [""])[0]
        limit, offset = int(query.pop("limit", [str(self.limits.default_page)])[0]), int(query.pop("offset", ["0"])[0])
        limit = min(limit or self.limits.page, self.limits.page)
        numbers = sorted(self.store.rows[path])
        for name, values in query.items():
            try:
                keep = self._filter(path, name, values)
            except LookupError:
                return 400, {name: [f"Select a valid choice. {values[0]} is not one of the available choices."]}
            numbers = [n for n in numbers if keep(self.store.rows[path][n])]
        page = numbers[offset : offset + limit]
        more = {"limit": limit, "offset": offset + limit, "fields": wanted}
        after = f"{self.url}/api/{path}/?{urlencode([*_pairs(query), *more.items()])}"
        results = [self._full(path, n, wanted.split(",") if wanted else None) for n in page]
        return 200, {
            "count": len(numbers),
            "next": after if offset + limit < len(numbers) else None,
            "previous": None,
            "results": results,
        }

    def _filter(self, path: str, name: str, values: list[str]) -> Callable[[Row], bool]:
        assert name in (*MODELS[path].filters, "tag"), f"{path} has no filter {name}"
        if name == "tag":
            numbers = [n for n, row in self.store.rows[TAGS].items() if row["slug"] in values]
            if len(numbers) < len(values):
                raise LookupError
            return lambda row: set(numbers) <= set(row["tags"])
        if name == "vrf_id":
            assert values == ["null"]
            return lambda row: True
        if name == "parent":
            nets = [ip_network(v) for v in values]
            return lambda row: any(ip_interface(row["address"]).ip in net for net in nets)
        if name.endswith("_id"):
            known = set(map(int, values))
            if not known <= set(self.store.rows[MODELS[path].fields[name[:-3]].target]):
                raise LookupError
            return lambda row: row[name[:-3]] in known
        if name == "name__ie":
            lower = {v.lower() for v in values}
            return lambda row: row["name"].lower() in lower
        return lambda row: row[name] in values

    def _full(self, path: str, number: int, only: list[str] | None = None) -> Row:
        row = self.store.rows[path][number]
        made: Row = {"id": number, "url": f"{self.url}/api/{path}/{number}/", "display": str(number)}
        for name, field in MODELS[path].fields.items():
            if only is None or name in only:
                made[name] = self._shown(field.kind, field.target, row[name])
        if path == INTERFACES and (only is None or "cable" in only):
            made["cable"] = self._brief(CABLES, self.store.cable_of(number))
        if MODELS[path].tagged:
            made["tags"] = [self._brief(TAGS, tag) for tag in row["tags"]]
        return {k: v for k, v in made.items() if only is None or k in only}

    def _shown(self, kind: str, target: str, value: Any) -> Any:
        if kind == "choice":
            return {"value": value, "label": str(value).title()} if value != "" else None
        if kind == "ref":
            return self._brief(target, value)
        if kind == "terminations":
            return [
                {"object_type": "dcim.interface", "object_id": n, "object": self._brief(INTERFACES, n)} for n in value
            ]
        return value

    def _brief(self, path: str, number: int | None) -> Row | None:
        if number is None:
            return None
        row = self.store.rows[path][number]
        made: Row = {"id": number, "url": f"{self.url}/api/{path}/{number}/", "display": str(number)}
        for name in MODELS[path].brief:
            if name in MODELS[path].fields:
                field = MODELS[path].fields[name]
                made[name] = self._shown(field.kind, field.target, row[name])
        return made


class _Undo:
    """What one request did, to be taken back where a part of it fails."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.made: list[tuple[str, int]] = []
        self.changed: list[tuple[str, int, Row]] = []

    def run(self) -> None:
        for path, number in reversed(self.made):
            self._store.delete(path, number)
        for path, number, row in reversed(self.changed):
            self._store.save(path, number, row)


def _pairs(query: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, values in query.items() for value in values]


@contextmanager
def serving(netbox: NetBox) -> Iterator[str]:
    """The URL at which a NetBox answers, on this machine, while the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            code, answer = netbox.answer(self.command, self.path, body, self.headers.get("Authorization", ""))
            if code == 0:
                self.close_connection = True
                return
            text = answer if isinstance(answer, str) else json.dumps(answer) if answer is not None else ""
            self.send_response(code)
            if code in (301, 302):
                self.send_header("Location", text)
            kind = "text/html" if isinstance(answer, str) else "application/json"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = do_PATCH = do_DELETE = _any  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    netbox.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield netbox.url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
