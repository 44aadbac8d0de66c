"""Where the base system comes from: the archives this host uses, turned to its suite, or the distribution's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

POCKETS = ("", "-updates", "-security")


@dataclass(frozen=True, slots=True)
class Distribution:
    """One base system: its suite, the archives its makers publish it in, and where Debian keeps their keys."""

    name: str
    id: str  # as in /etc/os-release
    suite: str
    components: tuple[str, ...]
    archive: str
    security: str
    keyring: Path  # the same on a host that has it and in the base
    keyring_package: str


DISTRIBUTIONS = {
    d.name: d
    for d in (
        Distribution(
            "debian-13",
            "debian",
            "trixie",
            ("main",),
            "http://deb.debian.org/debian",
            "http://deb.debian.org/debian-security",
            Path("/usr/share/keyrings/debian-archive-keyring.gpg"),
            "debian-archive-keyring",
        ),
        Distribution(
            "ubuntu-24.04",
            "ubuntu",
            "noble",
            ("main", "universe"),
            "http://archive.ubuntu.com/ubuntu",
            "http://archive.ubuntu.com/ubuntu",
            Path("/usr/share/keyrings/ubuntu-archive-keyring.gpg"),
            "ubuntu-archive-keyring",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Archive:
    """One line of a sources.list; ``keyring`` is None where apt finds the key by itself."""

    uri: str
    suite: str
    components: tuple[str, ...]
    keyring: str | None = None

    def line(self) -> str:
        signed = f"[signed-by={self.keyring}] " if self.keyring else ""
        return f"deb {signed}{self.uri} {self.suite} {' '.join(self.components)}"


def archives_for(base: Distribution, release: dict[str, str], written: Sequence[Archive]) -> tuple[Archive, ...]:
    """The base's archives, given the host's os-release and sources.

    A host of the same distribution is asked for its mirrors; any other host knows nothing of the base's.
    """
    own = _host_mirrors(release, written) if release.get("ID") == base.id else {}
    published = {"": base.archive, "-updates": base.archive, "-security": base.security}
    keyring = str(base.keyring)
    default = (Archive(published[p], base.suite + p, base.components, keyring) for p in POCKETS)
    if not own:
        return tuple(default)
    return tuple(Archive(a.uri, base.suite + p, base.components, a.keyring) for p, a in own.items())


def mirror_of(archives: Sequence[Archive]) -> str | None:
    """What a spec would call the mirror (``site.mirror``) that these archives of Debian are on.

    None where its folders are not called debian and debian-security, or lie on two servers.
    """
    places = {(a.uri.rstrip("/").rpartition("/")[::2], a.suite.endswith("-security")) for a in archives}
    roots = {root for (root, _), _ in places if re.match(r"https?://[A-Za-z0-9.:_-]+(/|$)", root)}
    named = {(folder, security) for (_, folder), security in places}
    return roots.pop() if len(roots) == 1 and named == {("debian", False), ("debian-security", True)} else None


def _host_mirrors(release: dict[str, str], written: Sequence[Archive]) -> dict[str, Archive]:
    """Pocket -> the first archive of the host that serves it for the host's own suite."""
    codename = release.get("VERSION_CODENAME", "")
    found: dict[str, Archive] = {}
    for pocket in POCKETS:
        serving = (a for a in written if a.suite == codename + pocket and "main" in a.components)
        if archive := next(serving, None):
            found[pocket] = archive
    return found if "" in found else {}


def host_release(path: Path = Path("/etc/os-release")) -> dict[str, str]:
    """The host's os-release as a mapping; empty where it has none."""
    text = path.read_text() if path.exists() else ""
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line)
    return {key: value.strip("\"'") for key, value in pairs}


def host_archives(folder: Path = Path("/etc/apt")) -> tuple[Archive, ...]:
    """Every binary archive in the host's apt sources, in both of apt's formats."""
    lists = [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*.list"))]
    one_line = (a for p in lists if p.exists() for a in parse_list(p.read_text()))
    deb822 = (a for p in sorted((folder / "sources.list.d").glob("*.sources")) for a in parse_deb822(p.read_text()))
    return (*one_line, *deb822)


def parse_list(text: str) -> Iterator[Archive]:
    """Archives of a sources.list: ``deb [options] uri suite component...``."""
    for line in text.splitlines():
        match = re.match(r"\s*deb\s+(?:\[([^]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]*)", line)
        if match:
            options, uri, suite, components = match.groups()
            yield Archive(uri, suite, tuple(components.split()), _signed_by(options or ""))


def _signed_by(options: str) -> str | None:
    match = re.search(r"signed-by=(/\S+)", options)
    return match[1] if match else None


def parse_deb822(text: str) -> Iterator[Archive]:
    """Archives of a .sources file: one a URI and suite of each enabled paragraph."""
    for paragraph in re.split(r"\n\s*\n", text):
        fields = _fields(paragraph)
        if "deb" in fields.get("types", "").split() and fields.get("enabled", "yes").lower() != "no":
            yield from _of_paragraph(fields)


def _of_paragraph(fields: dict[str, str]) -> Iterator[Archive]:
    signed = fields.get("signed-by", "")
    keyring = signed if signed.startswith("/") else None
    for uri in fields.get("uris", "").split():
        for suite in fields.get("suites", "").split():
            yield Archive(uri, suite, tuple(fields.get("components", "").split()), keyring)


def _fields(paragraph: str) -> dict[str, str]:
    """Field name in lower case -> value, continuation lines joined, comments dropped."""
    fields: dict[str, str] = {}
    name = ""
    for line in paragraph.splitlines():
        if line.startswith("#"):
            continue
        if line[:1].isspace():
            fields[name] = f"{fields.get(name, '')} {line.strip()}"
        elif ":" in line:
            name, value = line.split(":", 1)
            name = name.strip().lower()
            fields[name] = value.strip()
    return fields
