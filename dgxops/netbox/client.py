"""The one module that talks to NetBox: pynetbox, with every error as one clear line.

Endpoints, filters and answers are those of NetBox 4.2 and later (a prefix has a scope since 4.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pynetbox
import requests
from requests.adapters import HTTPAdapter

from dgxops.errors import DgxopsError, Exit
from dgxops.netbox.objects import Kind

OLDEST = (4, 2)
CONNECT_SECONDS, ANSWER_SECONDS = 10, 300
"""A bulk request is one transaction, in which NetBox traces every cable: tens of seconds where it is slow."""
_ENDPOINTS = {
    Kind.TAG: ("extras", "tags"),
    Kind.SITE: ("dcim", "sites"),
    Kind.MANUFACTURER: ("dcim", "manufacturers"),
    Kind.ROLE: ("dcim", "device_roles"),
    Kind.TYPE: ("dcim", "device_types"),
    Kind.RACK: ("dcim", "racks"),
    Kind.DEVICE: ("dcim", "devices"),
    Kind.INTERFACE: ("dcim", "interfaces"),
    Kind.CABLE: ("dcim", "cables"),
    Kind.PREFIX: ("ipam", "prefixes"),
    Kind.ADDRESS: ("ipam", "ip_addresses"),
    Kind.MANAGEMENT: ("dcim", "devices"),
}


class Unreachable(DgxopsError):
    """NetBox does not answer, or not in time, or not over a connection that can be trusted."""

    exit = Exit.UNREACHABLE


class Refused(Exception):
    """NetBox refused a request and did nothing of it.

    ``reasons`` has one text an object where NetBox says which it means ("" for the others), else one for them all.
    ``final`` says that it would refuse any part of the request as well.
    """

    def __init__(self, reasons: Sequence[str], *, final: bool = False) -> None:
        super().__init__(next(filter(None, reasons), ""))
        self.reasons = tuple(reasons)
        self.final = final


class Client:
    """A NetBox. ``token`` is sent in a header and appears in no message."""

    def __init__(self, url: str, token: str) -> None:
        self.url = _base(url)
        self._api = pynetbox.api(self.url, token=token)
        self._api.http_session = _session(self.url)

    def version(self) -> str:
        """Ask for the version: that URL, token and certificate are good is seen by it.

        Raises:
            DgxopsError: they are not, or NetBox is too old.
        """
        with self._speaking():
            status = self._api.status()
        version = str(status.get("netbox-version", "")) if isinstance(status, dict) else ""
        numbers = tuple(map(int, re.findall(r"\d+", version)[:2]))
        if not numbers:
            raise _no_netbox(self.url)
        if numbers < OLDEST:
            raise DgxopsError(f"{self.url} is NetBox {version}; dgxops needs {'.'.join(map(str, OLDEST))} or newer")
        return version

    def read(self, kind: Kind, **filters: object) -> list[dict[str, Any]]:
        """All objects of a kind that pass the filters, page by page.

        Raises:
            DgxopsError: NetBox cannot be asked.
        """
        with self._speaking():
            return list(self._endpoint(kind).filter(**filters).response)  # as NetBox sent them: records cost seconds

    def create(self, kind: Kind, objects: Sequence[Mapping[str, object]]) -> list[int]:
        """Make all of them, or none; their numbers, in the order given.

        Raises:
            Refused: none was made.
            Unreachable: it is not known whether they were made.
        """
        with self._writing():
            return [int(record.id) for record in self._endpoint(kind).create([dict(o) for o in objects])]

    def update(self, kind: Kind, objects: Sequence[Mapping[str, object]]) -> None:
        """Change all of them, or none; each has its number as ``id``. Raises as :meth:`create`."""
        with self._writing():
            self._endpoint(kind).update([dict(o) for o in objects])

    def delete(self, kind: Kind, ids: Sequence[int]) -> None:
        """Delete all of them, or none. Raises as :meth:`create`."""
        with self._writing():
            self._endpoint(kind).delete(list(ids))

    def _endpoint(self, kind: Kind) -> Any:
        app, name = _ENDPOINTS[kind]
        return getattr(getattr(self._api, app), name)

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """Errors of a connection, and of requests that NetBox should have answered."""
        try:
            yield
        except pynetbox.RequestError as error:
            raise _unanswered(self.url, error.req) from None
        except (pynetbox.ContentError, requests.exceptions.JSONDecodeError):
            raise _no_netbox(self.url) from None
        except requests.exceptions.SSLError as error:
            raise Unreachable(
                f"{self.url}: TLS failed: {_root(error)}",
                hint="REQUESTS_CA_BUNDLE names a file with the certificate of your authority",
            ) from None
        except requests.exceptions.Timeout:
            raise Unreachable(f"{self.url} does not answer in time") from None
        except requests.exceptions.ConnectionError as error:
            raise Unreachable(f"{self.url} cannot be reached: {_root(error)}") from None
        except (requests.exceptions.RequestException, UnicodeError) as error:
            raise DgxopsError(f"{self.url} cannot be asked: {error}") from None

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._speaking():
            try:
                yield
            except pynetbox.AllocationError as error:
                raise Refused(_reasons(error.req)) from None
            except pynetbox.RequestError as error:
                if error.req.status_code in (400, 403, 409):
                    raise Refused(_reasons(error.req), final=error.req.status_code == 403) from None
                raise


def _base(url: str) -> str:
    """The URL without what people paste with it.

    Raises:
        DgxopsError: it is no address of a web server.
    """
    try:
        parts = urlsplit(url.strip())
        good = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
    except ValueError:
        good = False
    if not good or parts.username is not None:
        raise DgxopsError(f"--url {url!r} is no URL of a NetBox", hint="such as https://netbox.example.com")
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/").removesuffix("/api")


class _Timed(HTTPAdapter):
    """No request waits for ever."""

    def send(self, request: Any, **options: Any) -> Any:  # type: ignore[override]
        return super().send(request, **{**options, "timeout": (CONNECT_SECONDS, ANSWER_SECONDS)})


def _session(url: str) -> requests.Session:
    session = requests.Session()
    session.mount("http://", _Timed())
    session.mount("https://", _Timed())
    session.auth = _as_it_is
    session.hooks["response"].append(lambda response, **_: _refuse_redirect(url, response))
    return session


def _as_it_is(request: Any) -> Any:
    """Without this, requests puts what ~/.netrc has for the host in place of the token."""
    return request


def _refuse_redirect(url: str, response: requests.Response) -> None:
    """requests would follow with GET, whatever was sent, and take the token along."""
    if response.is_redirect:
        raise DgxopsError(
            f"{url} redirects to {response.headers.get('location', '')}", hint="give the URL that it redirects to"
        )


def _root(error: BaseException) -> str:
    """The innermost cause in the words of the operating system or OpenSSL."""
    text = str(error)
    for pattern in (r"certificate verify failed: ([^(]+)", r"\[Errno -?\d+\] ([^'\")]+)", r"\[SSL[^\]]*\] ([^('\"]+)"):
        found = re.search(pattern, text)
        if found:
            return found[1].strip().lower()
    return "the connection broke"


def _no_netbox(url: str) -> DgxopsError:
    return DgxopsError(
        f"{url} is not a NetBox: it gives no answer of NetBox's API", hint="--url is what stands before /api/"
    )


def _unanswered(url: str, response: requests.Response) -> DgxopsError:
    code = response.status_code
    if code in (401, 403):
        return DgxopsError(f"{url} refuses the token ({code}): {_detail(response)}", hint="NETBOX_TOKEN holds it")
    if code == 404:
        return _no_netbox(url)
    if code >= 500 or code == 429:
        return Unreachable(f"{url} failed with {code} {response.reason}")
    return DgxopsError(f"{url} refused a request ({code}): {_detail(response)}")


def _detail(response: requests.Response) -> str:
    return "; ".join(filter(None, _reasons(response)))


def _reasons(response: requests.Response) -> list[str]:
    """What NetBox says: one text an object, or one for all."""
    try:
        body = response.json()
    except ValueError:
        return [response.reason or "no reason given"]
    if isinstance(body, list) and all(isinstance(part, dict) for part in body):
        return [_words(part) for part in body]
    return [_words(body) or "no reason given"]


def _words(body: Any) -> str:
    """ "name: This field is required.; slug: ..."; nested errors are joined."""
    if isinstance(body, dict):
        plain = ("detail", "__all__", "non_field_errors", "error")
        return "; ".join(_words(v) if k in plain else f"{k}: {_words(v)}" for k, v in body.items())
    if isinstance(body, list):
        return " ".join(map(_words, body))
    return str(body)
