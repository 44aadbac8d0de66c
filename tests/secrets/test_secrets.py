"""Secrets: made once, kept encrypted, private, never shown, never made anew over ones that exist."""

from __future__ import annotations

import base64
import os
import stat
import subprocess
import time
from pathlib import Path
from threading import Thread

import pytest

from dgxops.errors import DgxopsError
from dgxops.secrets import Source, create, load
from dgxops.secrets.check import findings
from dgxops.secrets.files import write_private
from dgxops.secrets.store import generate, hand_over


def source_in(folder: Path, command: tuple[str, ...] = ()) -> Source:
    return Source(folder / "secrets.yml", folder / ".dgxops" / "vault-password", command, folder)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Source:
    source = source_in(tmp_path_factory.mktemp("kept"))
    create(source)
    return source


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_made_is_what_munge_and_slurmdbd_take() -> None:
    made = generate()
    assert len(base64.b64decode(made["munge_key"], validate=True)) == 1024
    assert len(made["slurm_database_password"]) == 64
    assert dict(generate()) != dict(made)
    assert all(value not in repr(made) + str(made) for value in made.values())


def test_what_was_kept_is_what_is_loaded_and_private(kept: Source) -> None:
    assert load(kept) == load(kept)
    assert mode(kept.vault) == mode(kept.password) == 0o600
    assert mode(kept.password.parent) == 0o700
    assert (kept.password.parent / ".gitignore").read_text() == "*\n"
    assert kept.vault.read_bytes().startswith(b"$ANSIBLE_VAULT;")


def test_nothing_is_made_over_secrets_that_are_there(kept: Source) -> None:
    before = kept.vault.read_bytes()
    with pytest.raises(DgxopsError, match="is there already"):
        create(kept)
    assert kept.vault.read_bytes() == before


def test_no_secrets_yet_are_none(tmp_path: Path) -> None:
    assert load(source_in(tmp_path)) is None


def test_a_vault_without_its_password_is_not_replaced(kept: Source, tmp_path: Path) -> None:
    lost = Source(kept.vault, tmp_path / "vault-password")
    with pytest.raises(DgxopsError, match=r"but the vault password .* is not"):
        load(lost)
    with pytest.raises(DgxopsError, match="is there already"):
        create(lost)


def test_a_wrong_password_is_told_without_a_secret(kept: Source, tmp_path: Path) -> None:
    write_private(tmp_path / "vault-password", b"wrong")
    with pytest.raises(DgxopsError, match="cannot be opened"):
        load(Source(kept.vault, tmp_path / "vault-password"))


def test_a_password_that_others_may_read_is_refused(kept: Source, tmp_path: Path) -> None:
    (tmp_path / "vault-password").write_bytes(kept.password.read_bytes())
    (tmp_path / "vault-password").chmod(0o644)
    with pytest.raises(DgxopsError, match="can be read by others"):
        load(Source(kept.vault, tmp_path / "vault-password"))


def test_secrets_in_plain_are_refused(tmp_path: Path) -> None:
    write_private(tmp_path / "vault-password", b"x")
    (tmp_path / "secrets.yml").write_text("munge_key: plain\n")
    with pytest.raises(DgxopsError, match="is not encrypted"):
        load(Source(tmp_path / "secrets.yml", tmp_path / "vault-password"))


def test_no_secret_is_ever_in_an_argument(tmp_path: Path) -> None:
    seen: set[str] = set()
    running = True

    def watch() -> None:
        while running:
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    seen.add(path.read_bytes().decode("utf-8", "replace"))
                except OSError:
                    continue
            time.sleep(0.01)

    watcher = Thread(target=watch)
    watcher.start()
    try:
        made = create(source_in(tmp_path))
        load(source_in(tmp_path))
    finally:
        running = False
        watcher.join()
    assert any("ansible-vault" in line for line in seen)
    assert not any(value in line for value in made.values() for line in seen)


KEY = base64.b64encode(bytes(1024)).decode()


@pytest.mark.parametrize(
    ("printed", "wrong"),
    [
        ("munge_key: short\nslurm_database_password: pw", "munge_key is not base64 text of at least 1024 bytes"),
        (f"munge_key: {KEY}", "slurm_database_password is missing"),
        (f"munge_key: {KEY}\nslurm_database_password: 'a#b'", "slurm_database_password has characters"),
        ("{unclosed hunter2", "holds no mapping"),
        ("hunter2", "holds no mapping"),
    ],
)
def test_what_a_sites_program_prints_is_checked_and_never_repeated(tmp_path: Path, printed: str, wrong: str) -> None:
    (tmp_path / "printed").write_text(printed)
    with pytest.raises(DgxopsError) as caught:
        load(source_in(tmp_path, ("cat", "printed")))
    assert wrong in caught.value.message
    assert "hunter2" not in caught.value.message


def test_a_sites_program_that_fails_is_named_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(DgxopsError, match=r"sh: ended with 3") as caught:
        load(source_in(tmp_path, ("sh", "-c", "echo hunter2; echo hunter2 >&2; exit 3")))
    assert "hunter2" not in caught.value.message + caught.value.hint
    with pytest.raises(DgxopsError, match="cannot be run"):
        load(source_in(tmp_path, ("/no/such/program",)))


def test_a_sites_program_gives_json_too(tmp_path: Path) -> None:
    (tmp_path / "printed").write_text(f'{{"munge_key": "{KEY}", "slurm_database_password": "pw"}}')
    assert dict(load(source_in(tmp_path, ("cat", "printed"))) or {}) == {
        "munge_key": KEY,
        "slurm_database_password": "pw",
    }


def test_what_ansible_is_handed_is_encrypted_and_private(tmp_path: Path) -> None:
    made = generate()
    arguments = hand_over(source_in(tmp_path, ("cat", "printed")), made, tmp_path)
    assert not any(value in argument for value in made.values() for argument in arguments)
    left = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert left
    assert not any(value.encode() in data for value in made.values() for data in left.values())
    assert all(mode(p) == 0o600 for p in left)


def test_the_check_finds_a_secret_in_the_rendered_tree_and_a_password_in_git(kept: Source, tmp_path: Path) -> None:
    tree = tmp_path / "rendered"
    tree.mkdir()
    assert findings(kept, tree) == ()
    secrets = load(kept)
    assert secrets is not None
    (tree / "leak").write_text(f"key={secrets['munge_key']}\n")
    (found,) = findings(kept, tree)
    assert found == f"{tree / 'leak'} holds munge_key"
    folder = kept.password.parent
    subprocess.run(["git", "init", "-q", folder], check=True)
    subprocess.run(["git", "-C", folder, "add", "-f", kept.password.name], check=True)
    assert any("is in git" in finding for finding in findings(kept, tmp_path / "none"))


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    os.umask(0o000)
    write_private(tmp_path / "a", b"one")
    with pytest.raises(FileExistsError):
        write_private(tmp_path / "a", b"two")
    assert (tmp_path / "a").read_bytes() == b"one"
    write_private(tmp_path / "a", b"two", replace=True)
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert mode(tmp_path / "a") == 0o600
    os.umask(0o022)
