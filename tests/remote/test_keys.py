"""Host keys from files that people and other programs wrote: what can be read counts, what was revoked does not."""

from __future__ import annotations

from pathlib import Path

import paramiko
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgxops.remote.keys import expected, known_hosts

OLD, NEW, OTHER = (paramiko.ECDSAKey.generate() for _ in range(3))
HASHED = "|1|AAAAAAAAAAAAAAAAAAAAAAAAAAA=|kTx+aLupltVTM6cqf3KPDy0DOC0="  # 10.0.0.5, as ssh-keygen -H would write it


def line(names: str, key: paramiko.PKey) -> str:
    return f"{names} {key.get_name()} {key.get_base64()}"


def allowed(folder: Path, text: str | bytes, host: str = "10.0.0.5", port: int = 22) -> set[paramiko.PKey]:
    """Keys that ``host`` may show by a file of this text."""
    file = folder / "known_hosts"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return set(expected(known_hosts([file, folder / "none"]), host, port))


UNREADABLE = [
    line("@cert-authority *", OTHER),
    line("@mystery 10.0.0.5", OTHER),
    "10.0.0.5 ssh-ed25519 AAAA=A",
    "10.0.0.5 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==",
    "10.0.0.5 ecdsa-sha2-nistp256 /////w==",
    "10.0.0.5 ssh-mystery AAAA",
    "10.0.0.5",
    "@revoked",
    "|1|nonsense ssh-ed25519 AAAA",
    line("|1|nonsense|AAAA", OTHER),
    line("|1|AAAA", OTHER),
    "# a comment",
    "",
]


@pytest.mark.parametrize("odd", UNREADABLE)
def test_a_line_that_cannot_be_used_hides_no_other(tmp_path: Path, odd: str) -> None:
    assert allowed(tmp_path, f"{odd}\n{line('10.0.0.5', OLD)}\n{odd}\n") == {OLD}


def test_bytes_that_are_no_text_hide_no_key(tmp_path: Path) -> None:
    text = b"\xff\xfe " + line("x", OTHER).encode() + b"\n" + line("10.0.0.5", OLD).encode() + b" Andr\xe9\n"
    assert allowed(tmp_path, text) == {OLD}


@given(text=st.binary(max_size=200), cut=st.floats(0, 1))
def test_no_file_stops_anything(tmp_path_factory: pytest.TempPathFactory, text: bytes, cut: float) -> None:
    whole = line("10.0.0.5", OLD).encode()
    torn = whole[: int(cut * len(whole))] + text + b"\n"
    assert allowed(tmp_path_factory.getbasetemp(), torn + whole) >= {OLD}


REVOKED = ["10.0.0.5", "*", "10.0.0.?", "a,10.0.0.5", HASHED]


@pytest.mark.parametrize("names", REVOKED)
def test_a_revoked_key_is_refused_and_its_successor_is_not(tmp_path: Path, names: str) -> None:
    text = "\n".join([line("10.0.0.5", OLD), line("10.0.0.5", NEW), line(f"@revoked {names}", OLD)])
    assert allowed(tmp_path, text) == {NEW}


@pytest.mark.parametrize("names", ["10.0.0.6", "10.0.0.6*", "*,!10.0.0.5", "[10.0.0.5]:2222"])
def test_a_key_that_was_revoked_for_others_stays(tmp_path: Path, names: str) -> None:
    text = "\n".join([line(f"@revoked {names}", OLD), line("10.0.0.5", OLD)])
    assert allowed(tmp_path, text) == {OLD}


def test_hosts_are_found_by_each_way_to_write_them(tmp_path: Path) -> None:
    for names in ("n1,10.0.0.5", "N1,10.0.0.5", HASHED, "10.0.*,!10.0.1.*"):
        assert allowed(tmp_path, line(names, OLD)) == {OLD}
        assert allowed(tmp_path, line(names, OLD), "10.0.1.5") == set()
    assert allowed(tmp_path, line("[n1]:2222", OLD), "N1", 2222) == {OLD}
    assert allowed(tmp_path, line("n1", OLD), "N1", 2222) == set()
