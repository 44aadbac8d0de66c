"""The base's archives are the host's own mirrors, or its makers' where the host has none of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dgxops.lab.sources import (
    DISTRIBUTIONS,
    Archive,
    archives_for,
    host_archives,
    mirror_of,
    parse_deb822,
    parse_list,
)

DEBIAN = DISTRIBUTIONS["debian-13"]
UBUNTU = DISTRIBUTIONS["ubuntu-24.04"]
BOOKWORM = {"ID": "debian", "VERSION_CODENAME": "bookworm"}

LINES = [
    ("deb http://m/debian bookworm main", [Archive("http://m/debian", "bookworm", ("main",))]),
    (
        "deb [arch=amd64 signed-by=/k.gpg] http://m/d bookworm main contrib # why",
        [Archive("http://m/d", "bookworm", ("main", "contrib"), "/k.gpg")],
    ),
    ("deb-src http://m/debian bookworm main", []),
    ("# deb http://m/debian bookworm main", []),
    ("", []),
]

PARAGRAPHS = [
    (
        "Types: deb deb-src\nURIs: http://a/d http://b/d\nSuites: s s-updates\nComponents: main\nSigned-By: /k.gpg\n",
        [Archive(f"http://{m}/d", s, ("main",), "/k.gpg") for m in "ab" for s in ("s", "s-updates")],
    ),
    ("Types: deb-src\nURIs: http://a/d\nSuites: s\nComponents: main\n", []),
    ("Types: deb\nEnabled: no\nURIs: http://a/d\nSuites: s\nComponents: main\n", []),
    (
        "Types: deb\n# a comment\nURIs:\n http://a/d\nSuites: s\nComponents: main\n\n\n",
        [Archive("http://a/d", "s", ("main",))],
    ),
    (
        "Types: deb\nURIs: http://a/d\nSuites: s\nComponents: main\nSigned-By:\n -----BEGIN PGP\n .\n",
        [Archive("http://a/d", "s", ("main",))],
    ),
]


@pytest.mark.parametrize(("text", "archives"), LINES)
def test_one_line_sources(text: str, archives: list[Archive]) -> None:
    assert list(parse_list(text)) == archives


@pytest.mark.parametrize(("text", "archives"), PARAGRAPHS)
def test_deb822_sources(text: str, archives: list[Archive]) -> None:
    assert list(parse_deb822(text)) == archives


def test_both_formats_are_read(tmp_path) -> None:
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list").write_text("deb http://one/d s main\n")
    (tmp_path / "sources.list.d" / "a.list").write_text("deb http://two/d s main\n")
    (tmp_path / "sources.list.d" / "b.sources").write_text("Types: deb\nURIs: http://three/d\nSuites: s\n")
    (tmp_path / "sources.list.d" / "c.sources.disabled").write_text("Types: deb\nURIs: http://four/d\nSuites: s\n")
    assert [a.uri for a in host_archives(tmp_path)] == ["http://one/d", "http://two/d", "http://three/d"]


def test_a_host_of_the_same_distribution_lends_its_mirrors() -> None:
    written = [
        Archive("http://other/x", "nodistro", ("main",)),
        Archive("http://mirror.site/debian", "bookworm", ("main",), "/site.gpg"),
        Archive("http://mirror.site/debian-security", "bookworm-security", ("main",), "/site.gpg"),
        Archive("http://mirror.site/debian", "bookworm-backports", ("main",), "/site.gpg"),
    ]
    assert [a.line() for a in archives_for(DEBIAN, BOOKWORM, written)] == [
        "deb [signed-by=/site.gpg] http://mirror.site/debian trixie main",
        "deb [signed-by=/site.gpg] http://mirror.site/debian-security trixie-security main",
    ]


@pytest.mark.parametrize("release", [{}, {"ID": "fedora"}, {"ID": "ubuntu", "VERSION_CODENAME": "jammy"}])
def test_any_other_host_gets_the_makers_archives(release: dict[str, str]) -> None:
    written = [Archive("http://mirror.site/ubuntu", "jammy", ("main",))]
    uris = {a.uri for a in archives_for(DEBIAN, release, written)}
    assert uris == {DEBIAN.archive, DEBIAN.security}


def test_ubuntu_on_a_debian_host_comes_from_ubuntu_with_universe() -> None:
    archives = archives_for(UBUNTU, BOOKWORM, [Archive("http://m/debian", "bookworm", ("main",))])
    assert [(a.suite, a.components) for a in archives] == [
        ("noble", ("main", "universe")),
        ("noble-updates", ("main", "universe")),
        ("noble-security", ("main", "universe")),
    ]


MIRRORS = [
    ("http://deb.debian.org/debian", "http://deb.debian.org/debian-security", "http://deb.debian.org"),
    (
        "https://mirror.site:8443/apt/debian/",
        "https://mirror.site:8443/apt/debian-security/",
        "https://mirror.site:8443/apt",
    ),
    ("http://deb.debian.org/debian", "http://security.debian.org/debian-security", None),
    ("http://mirror.site/bookworm", "http://mirror.site/debian-security", None),
    ("http://user:password@mirror.site/debian", "http://user:password@mirror.site/debian-security", None),
    ("mirror+file:/etc/apt/mirrors/debian", "mirror+file:/etc/apt/mirrors/debian-security", None),
    ("http://mirror.site/debian", None, None),
]


@pytest.mark.parametrize(("main", "security", "mirror"), MIRRORS)
def test_a_mirror_is_what_stands_before_the_folders_of_debian(
    main: str, security: str | None, mirror: str | None
) -> None:
    archives = [Archive(main, "trixie", ("main",)), Archive(main, "trixie-updates", ("main",))]
    archives += [Archive(security, "trixie-security", ("main",))] if security else []
    assert mirror_of(archives) == mirror


def test_no_scenario_names_a_package_archive() -> None:
    """Behind a site mirror the public ones cannot be reached; a scenario may ask a machine of its own."""
    files = (Path(__file__).parents[2] / "molecule").rglob("*.*")
    assert [
        f.name
        for f in files
        if f.suffix in (".yml", ".sh", ".py") and re.search(r"https?://(?!{{ ansible_host)", f.read_text())
    ] == []
