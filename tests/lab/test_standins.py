"""The stand-ins are packages that dpkg and apt take for real, from a repository whose signature holds."""

from __future__ import annotations

import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest

from dgxops import catalogue
from dgxops.lab.packages import serve
from dgxops.lab.profile import for_lab
from dgxops.lab.standins.packages import DRIVERS, FILES, every
from dgxops.lab.standins.repository import HOST, KEY, build
from dgxops.model.cluster import Cluster
from dgxops.render.repositories import repositories


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stand-ins")
    build(folder, every(), tmp_path_factory.mktemp("key"))
    return folder


def _apt(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Apt with lists, sources and a state of its own; it changes nothing of the host."""
    options = (
        f"Dir={root}",
        "APT::Sandbox::User=root",
        "Dir::State::status=/dev/null",
        "Dir::Bin::Methods=/usr/lib/apt/methods",
    )
    argv = [words[0], *(f"-o{option}" for option in options), *words[1:]]
    return subprocess.run(argv, capture_output=True, text=True, check=False)


@pytest.fixture
def apt(repository: Path, tmp_path: Path) -> Path:
    """A root of apt that has fetched the repository's lists."""
    for name in (
        "etc/apt/sources.list.d",
        "etc/apt/preferences.d",
        "var/lib/apt/lists/partial",
        "var/cache/apt/archives/partial",
    ):
        (tmp_path / name).mkdir(parents=True)
    source = f"deb [signed-by={repository / KEY}] file:{repository} /\n"
    (tmp_path / "etc/apt/sources.list.d/stand-ins.list").write_text(source)
    return tmp_path


def test_apt_trusts_the_repository_and_sees_every_version(apt: Path) -> None:
    done = _apt(apt, "apt-get", "update")
    assert (done.returncode, "W:" in done.stderr) == (0, False), done.stderr
    seen = _apt(apt, "apt-cache", "madison", "nvidia-fabricmanager").stdout
    assert [line.split("|")[1].strip() for line in seen.splitlines()] == [
        f"{d}-0standin1" for d in sorted(DRIVERS)[::-1]
    ]


def test_a_changed_index_is_refused(apt: Path, repository: Path) -> None:
    """A stand-in for a mirror that was tampered with: apt itself says no."""
    packages = repository / "Packages"
    right = packages.read_text()
    packages.write_text(right.replace("nvidia-smi", "nvidia-smj").replace("580.126.20", "580.126.21"))
    try:
        assert _apt(apt, "apt-get", "update").returncode != 0
    finally:
        packages.write_text(right)


def test_a_pin_holds_the_newer_driver_of_the_branch_off(apt: Path) -> None:
    assert _apt(apt, "apt-get", "update").returncode == 0
    assert "Candidate: 580.999.0-" in _apt(apt, "apt-cache", "policy", "nvidia-driver-580-open").stdout
    pin = "Package: nvidia-* libnvidia-*\nPin: version 580.126.20*\nPin-Priority: 1001\n"
    (apt / "etc/apt/preferences.d/lock").write_text(pin)
    for name in ("nvidia-driver-580-open", "nvidia-utils-580", "nvidia-fabricmanager", "libnvidia-nscq"):
        assert "Candidate: 580.126.20-" in _apt(apt, "apt-cache", "policy", name).stdout, name


def test_two_branches_do_not_stand_side_by_side(apt: Path) -> None:
    assert _apt(apt, "apt-get", "update").returncode == 0
    wanted = ("nvidia-driver-580-open", "nvidia-driver-595-open")
    assert _apt(apt, "apt-get", "install", "--simulate", *wanted).returncode != 0
    alone = _apt(apt, "apt-get", "install", "--simulate", wanted[0])
    assert alone.returncode == 0, alone.stderr


def test_a_key_outlives_what_it_signed(repository: Path, tmp_path: Path) -> None:
    """Machines that trust it take the next repository too."""
    key = tmp_path / "key"
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        build(tmp_path / name, [], key)
    assert (tmp_path / "first" / KEY).read_text() == (tmp_path / "second" / KEY).read_text()
    assert (tmp_path / "first" / KEY).read_text() != (repository / KEY).read_text()


def test_everything_says_that_it_is_a_stand_in() -> None:
    for package in every():
        assert f"stand-in of {package.name}" in package.control
        assert "is a stand-in of the dgxops lab" in package.postinst
    for file in FILES.iterdir():
        assert "stand-in" in file.read_text().lower(), file.name


def test_the_release_s_own_driver_is_among_them() -> None:
    assert {r.versions.driver for r in catalogue.load().releases.values()} - {None} <= set(DRIVERS)
    branches = {driver.split(".")[0] for driver in DRIVERS}
    assert {r.versions.driver_branch for r in catalogue.load().releases.values()} <= branches


@pytest.fixture
def proxy(repository: Path, tmp_path: Path) -> Iterator[urllib.request.OpenerDirector]:
    server = serve("127.0.0.1", 0, tmp_path, {}, repository)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    yield urllib.request.build_opener(urllib.request.ProxyHandler({"http": address}))
    server.shutdown()


def test_the_lab_s_proxy_serves_them_and_nothing_beside_them(
    proxy: urllib.request.OpenerDirector, repository: Path
) -> None:
    assert proxy.open(f"http://{HOST}/InRelease").read() == (repository / "InRelease").read_bytes()
    for path in ("nothing.deb", "..%2f..%2fetc/passwd", "../../etc/passwd"):
        with pytest.raises(HTTPError, match="404"):
            proxy.open(f"http://{HOST}/{path}")


def test_the_lab_reaches_no_other_repository_whatever_the_mirror(mini: Cluster) -> None:
    lab = for_lab(mini, None)
    (system,) = lab.systems
    (one,) = repositories(lab, system)
    assert (one["address"], one["key"]) == (f"http://{HOST}/", f"http://{HOST}/{KEY}")
