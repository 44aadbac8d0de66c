"""The stand-ins as a signed repository: dpkg-deb builds the packages, gpg signs their index; a few seconds, once."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterable
from email.utils import formatdate
from pathlib import Path

from dgxops.lab.cache import CACHE
from dgxops.lab.shell import run
from dgxops.lab.standins.packages import FILES, StandIn, every

HOST = "stand-ins.dgxops-lab.invalid"
"""Name under which the lab's package proxy serves them; no name server knows it."""
KEY = "stand-ins.asc"
_SIGNER = "dgxops lab stand-ins <lab@localhost>"


def ensure_repository() -> Path:
    """Where the repository is; built anew where it was built of other stand-ins. Who serves it sees the newest.

    The key outlives what it signs: machines that trust it need no other until the cache is emptied.
    """
    home = CACHE / "stand-ins"
    folder, newest = home / _digest(), home / "newest"
    if not folder.is_dir():
        workshop = folder.with_name(folder.name + ".building")
        if workshop.exists():  # of a run that was killed
            shutil.rmtree(workshop)
        workshop.mkdir(parents=True)
        build(workshop, every(), home / "key")
        workshop.rename(folder)
    if not newest.is_symlink() or newest.resolve() != folder.resolve():
        scratch = home / "newest.new"
        scratch.unlink(missing_ok=True)
        scratch.symlink_to(folder.name)
        scratch.rename(newest)
    return newest


def build(folder: Path, packages: Iterable[StandIn], key: Path) -> None:
    """Packages, index and signature into a folder; ``key`` is gpg's folder, whose key is made if there is none."""
    entries = [_package(folder, package) for package in packages]
    (folder / "Packages").write_text("\n".join(entries))
    digest = hashlib.sha256((folder / "Packages").read_bytes()).hexdigest()
    size = (folder / "Packages").stat().st_size
    (folder / "Release").write_text(
        f"Origin: dgxops lab\nLabel: stand-ins\nSuite: stand-ins\nDate: {formatdate(usegmt=True)}\n"
        f"Description: stand-ins of NVIDIA's packages\nSHA256:\n {digest} {size} Packages\n"
    )
    _sign(folder, key)


def _package(folder: Path, package: StandIn) -> str:
    """Build one; its entry of the index."""
    name = f"{package.name}_{package.full}_all.deb"
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        root.chmod(0o755)
        for path, text, mode in (
            *package.files, ("DEBIAN/control", package.control, 0o644), ("DEBIAN/postinst", package.postinst, 0o755)
        ):  # fmt: skip
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            file.chmod(mode)
        run("dpkg-deb", "--root-owner-group", "-Znone", "--build", str(root), str(folder / name))
    data = (folder / name).read_bytes()
    control, _, description = package.control.partition("Description:")
    return (
        f"{control}Filename: ./{name}\nSize: {len(data)}\nSHA256: {hashlib.sha256(data).hexdigest()}\n"
        f"Description:{description}"
    )


def _sign(folder: Path, key: Path) -> None:
    if not key.is_dir():
        key.mkdir(mode=0o700, parents=True)
    gpg = ("gpg", "--homedir", str(key), "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "")
    if not run(*gpg, "--list-secret-keys"):
        run(*gpg, "--quick-gen-key", _SIGNER, "rsa3072", "sign", "never")
    run(*gpg, "--clearsign", "--output", str(folder / "InRelease"), str(folder / "Release"))
    run(*gpg, "--armor", "--output", str(folder / KEY), "--export")
    run("gpgconf", "--homedir", str(key), "--kill", "all")


def _digest() -> str:
    """Of all that the packages are made of."""
    texts = [f"{p.control}{p.files}{p.postinst}" for p in every()]
    sources = [path.read_text() for path in (*sorted(FILES.iterdir()), Path(__file__))]
    return hashlib.sha256("\0".join([*texts, *sources]).encode()).hexdigest()[:12]
