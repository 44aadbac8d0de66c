"""What goes wrong is one clear line, what was done stands, and a second push does the rest."""

from __future__ import annotations

import datetime
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from dgxops.cli import main as entry
from dgxops.errors import DgxopsError, Exit
from dgxops.model.cluster import Cluster
from dgxops.netbox.client import Client
from dgxops.netbox.objects import Kind
from tests.netbox.conftest import Pusher
from tests.netbox.server import Answer, NetBox

SPEC = str(Path(__file__).parent.parent.parent / "inventories" / "sparks")
DEVICES = "dcim/devices"


def asked(url: str, token: str = "secret") -> DgxopsError:  # noqa: S107
    with pytest.raises(DgxopsError) as caught:
        Client(url, token).version()
    assert "\n" not in caught.value.message
    assert token not in f"{caught.value.message} {caught.value.hint}"
    return caught.value


def answering(netbox: NetBox, code: int, body: Any) -> None:
    netbox.fault = lambda method, path, sent: (code, body)


@pytest.mark.parametrize("url", ["netbox.example.com", "ftp://netbox", "http://", "https://a:b@netbox", "http://x:y"])
def test_what_is_no_url_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(DgxopsError, match="is no URL of a NetBox") as caught:
        Client(url, "secret")
    assert caught.value.exit is Exit.USAGE


def test_the_url_may_be_that_of_the_api(netbox: NetBox) -> None:
    assert Client(f"{netbox.url}/api/", "secret").version() == netbox.version


def test_a_bad_token_is_told_and_not_shown(netbox: NetBox) -> None:
    error = asked(netbox.url, "wrong-token")
    assert error.message == f"{netbox.url} refuses the token (403): Invalid v1 token"
    assert error.exit is Exit.USAGE


@pytest.mark.parametrize(
    ("code", "body"), [(404, "<html>"), (200, "<html>hello"), (200, {"hello": 1}), (200, []), (404, {"detail": "no"})]
)
def test_another_web_server_is_no_netbox(netbox: NetBox, code: int, body: Any) -> None:
    answering(netbox, code, body)
    error = asked(netbox.url)
    assert "is not a NetBox" in error.message
    assert error.exit is Exit.USAGE


def test_a_redirect_is_not_followed(netbox: NetBox) -> None:
    answering(netbox, 301, "https://elsewhere.example.com/")
    assert asked(netbox.url).message == f"{netbox.url} redirects to https://elsewhere.example.com/"
    assert len(netbox.log) == 1


def test_an_old_netbox_is_refused(netbox: NetBox) -> None:
    netbox.version = "4.1.11"
    assert asked(netbox.url).message == f"{netbox.url} is NetBox 4.1.11; dgxops needs 4.2 or newer"


def test_a_broken_netbox_and_a_closed_port_are_unreachable(netbox: NetBox) -> None:
    answering(netbox, 502, "<html>bad gateway")
    assert asked(netbox.url).exit is Exit.UNREACHABLE
    answering(netbox, 0, None)
    assert "cannot be reached" in asked(netbox.url).message
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    error = asked(f"http://127.0.0.1:{port}")
    assert error.message == f"http://127.0.0.1:{port} cannot be reached: connection refused"
    assert error.exit is Exit.UNREACHABLE


@pytest.fixture
def self_signed(tmp_path: Path) -> Iterator[int]:
    """The port of a TLS server whose certificate nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "netbox")])
    now = datetime.datetime.now(datetime.UTC)
    until = now + datetime.timedelta(days=1)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, until)
    signed = made.sign(key, hashes.SHA256())
    parts = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file = tmp_path / "netbox.pem"
    file.write_bytes(key.private_bytes(*parts) + signed.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def shake() -> None:
            connection, _ = server.accept()
            with connection, pytest.raises(ssl.SSLError):
                context.wrap_socket(connection, server_side=True)

        thread = threading.Thread(target=shake)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def test_a_certificate_that_nobody_vouches_for_is_refused(self_signed: int) -> None:
    error = asked(f"https://127.0.0.1:{self_signed}")
    assert error.message == f"https://127.0.0.1:{self_signed}: TLS failed: self-signed certificate"
    assert "REQUESTS_CA_BUNDLE" in error.hint
    assert error.exit is Exit.UNREACHABLE


def test_netrc_does_not_take_the_place_of_the_token(
    netbox: NetBox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    assert Client(netbox.url, "secret").version() == netbox.version


def refusing(netbox: NetBox, path: str, name: str, *, by_field: bool) -> None:
    """Refuse every bulk request in which an object has this name, as a validator of the site would."""
    why = {"name": ["not in our scheme"]}

    def fault(method: str, asked: str, body: Any) -> Answer | None:
        named = [obj.get("name") == name for obj in body] if method == "POST" and asked == path else []
        if any(named):
            return 400, [why if bad else {} for bad in named] if by_field else why
        return None

    netbox.fault = fault


@pytest.mark.parametrize(("path", "name", "by_field"), [(DEVICES, "dgx-003", False), ("dcim/interfaces", "BMC", True)])
def test_what_netbox_refuses_is_left_out_alone(
    netbox: NetBox, pusher: Pusher, few: Cluster, path: str, name: str, by_field: bool
) -> None:
    refusing(netbox, path, name, by_field=by_field)
    outcome = pusher.push(few)
    assert not outcome.stopped
    refused = [f for f in outcome.failures if not f.reason.startswith("waits for")]
    assert {f.reason for f in refused} == {"name: not in our scheme"}
    assert len(refused) == (6 if by_field else 1)
    assert sum(row["name"] != name for row in netbox.store.rows[path].values()) > 5
    netbox.fault = None
    second = pusher.push(few)
    assert not second.failures
    assert sum(second.created.values()) == len([f for f in outcome.failures if f.action == "create"])
    assert not pusher.compare(few).updates


@pytest.mark.parametrize("broken", [502, 0])
def test_a_push_that_is_cut_off_says_so_and_is_finished_by_the_next(
    netbox: NetBox, pusher: Pusher, few: Cluster, broken: int
) -> None:
    netbox.fault = lambda method, path, body: (broken, "") if (method, path) == ("POST", "dcim/cables") else None
    outcome = pusher.push(few)
    assert netbox.url in outcome.stopped
    assert outcome.created[Kind.INTERFACE] == 85
    assert not outcome.failures
    netbox.fault = None
    pusher.push(few)
    assert not pusher.compare(few).pending


def test_an_answer_that_got_lost_makes_nothing_twice(netbox: NetBox, pusher: Pusher, few: Cluster) -> None:
    def fault(method: str, path: str, body: Any) -> Answer | None:
        if (method, path) != ("POST", "dcim/racks"):
            return None
        netbox.fault = None
        netbox.answer(method, f"/api/{path}/", body, "Token secret")
        return 0, None

    netbox.fault = fault
    assert pusher.push(few).stopped
    assert not pusher.push(few).failures
    names = [row["name"] for row in netbox.store.rows["dcim/racks"].values()]
    assert len(names) == len(set(names))


def run(monkeypatch: pytest.MonkeyPatch, *words: str, token: str | None = "secret") -> int:  # noqa: S107
    monkeypatch.setattr("sys.argv", ["dgxops", "netbox", SPEC, *words])
    monkeypatch.delenv("NETBOX_TOKEN", raising=False)
    if token is not None:
        monkeypatch.setenv("NETBOX_TOKEN", token)
    with pytest.raises(SystemExit) as ended:
        entry.main()
    return int(ended.value.code or 0)


Capture = pytest.CaptureFixture[str]


def test_the_verb_shows_asks_and_pushes(netbox: NetBox, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    assert run(monkeypatch, "--url", netbox.url, "--plan") == Exit.FINE
    assert "3 devices: head-01,spark-[01-02]" in capsys.readouterr().out
    assert run(monkeypatch, "--url", netbox.url) == Exit.USAGE  # no terminal to ask on
    assert "--yes" in capsys.readouterr().err
    assert not netbox.writes
    assert run(monkeypatch, "--url", netbox.url, "--yes") == Exit.FINE
    assert "0 changed, 0 deleted" in capsys.readouterr().out
    assert run(monkeypatch, "--url", netbox.url, "--yes", "--json") == Exit.FINE
    said = json.loads(capsys.readouterr().out)
    assert (said["create"], said["change"], said["outcome"]) == ([], [], None)


def test_a_clash_is_a_finding(netbox: NetBox, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    netbox.store.add("dcim/sites", name="sparks", slug="sparks")
    assert run(monkeypatch, "--url", netbox.url, "--yes") == Exit.FINDING
    out = capsys.readouterr().out
    assert out.count("clash") == 1
    assert "site sparks: others made it; to put the cluster into it say --site sparks (holds up" in out
    assert run(monkeypatch, "--url", netbox.url, "--yes", "--site", "sparks") == Exit.FINE


def test_a_token_that_may_only_read_shows_and_then_says_why(
    netbox: NetBox, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    assert run(monkeypatch, "--url", netbox.url, "--plan", token="reader") == Exit.FINE  # noqa: S106
    assert run(monkeypatch, "--url", netbox.url, "--yes", token="reader") == Exit.FINDING  # noqa: S106
    assert "You do not have permission" in capsys.readouterr().out


@pytest.mark.parametrize("token", [None, "", "two words", "tök"])
def test_without_a_token_nothing_is_asked(
    netbox: NetBox, monkeypatch: pytest.MonkeyPatch, capsys: Capture, token: str | None
) -> None:
    assert run(monkeypatch, "--url", netbox.url, "--plan", token=token) == Exit.USAGE
    assert "NETBOX_TOKEN" in capsys.readouterr().err
    assert not netbox.log


def test_an_unreachable_netbox_ends_with_three(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    assert run(monkeypatch, "--url", "http://127.0.0.1:9", "--plan") == Exit.UNREACHABLE
    assert capsys.readouterr().err == "http://127.0.0.1:9 cannot be reached: connection refused\n"
