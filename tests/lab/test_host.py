"""The host is asked before it is changed, and what it was is on disk before it is changed."""

from __future__ import annotations

import os
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from dgxops.errors import DgxopsError, EnvironmentLacking, Exit, Locked
from dgxops.lab import host, image, needs, network, state, up
from dgxops.lab.image import ImagePlan
from dgxops.lab.lock import exclusive
from dgxops.lab.sources import DISTRIBUTIONS, Archive
from tests.lab import values


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(state, "HOME", tmp_path / "lab")
    return tmp_path / "lab"


@pytest.fixture
def sysctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    monkeypatch.setattr(host, "SYSCTL", tmp_path / "sys")
    files = {key: tmp_path / "sys" / key for key in host.NEEDED}
    for file in files.values():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("0\n")
    files["fs/inotify/max_user_watches"].write_text("999999\n")
    return files


def test_settings_are_raised_and_put_back(sysctl: dict[str, Path]) -> None:
    before = {key: file.read_text() for key, file in sysctl.items()}
    raised = host.raise_settings()
    assert raised == {"net/ipv4/ip_forward": (0, 1), "fs/inotify/max_user_instances": (0, 8192)}
    assert host.raise_settings() == {}
    host.restore_settings()
    assert {key: file.read_text() for key, file in sysctl.items()} == before


def test_the_first_value_is_what_is_put_back(sysctl: dict[str, Path]) -> None:
    host.raise_settings()
    sysctl["net/ipv4/ip_forward"].write_text("0\n")  # someone meddles; a second `up` raises it again
    sysctl["fs/inotify/max_user_instances"].write_text("500\n")
    host.raise_settings()
    host.restore_settings()
    assert sysctl["fs/inotify/max_user_instances"].read_text() == "0\n"


def test_a_crash_between_the_note_and_the_change_is_harmless(sysctl, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(host, "_change", crash)
        with pytest.raises(KeyboardInterrupt):
            host.raise_settings()
    host.restore_settings()
    assert sysctl["net/ipv4/ip_forward"].read_text() == "0\n"


OVERLAPS = [
    ([(IPv4Network("10.99.0.0/16"), "eth0")], (), (), "the route to 10.99.0.0/16 by eth0"),
    ([(IPv4Network("10.99.243.128/25"), "eth0")], (), (), "the route to 10.99.243.128/25"),
    ([], (values.lab(cluster="other"),), (), "10.99.243.0/24 of the lab other"),
    ([], (), (IPv4Address("10.99.243.7"),), "name server 10.99.243.7"),
]


@pytest.mark.parametrize(("routes", "others", "servers", "named"), OVERLAPS)
def test_a_subnet_in_use_is_refused_by_name(routes, others, servers, named: str, monkeypatch) -> None:
    monkeypatch.setattr(network, "_routes", lambda: iter(routes))
    monkeypatch.setattr(network, "name_servers", lambda: servers)
    with pytest.raises(EnvironmentLacking) as refusal:
        network.refuse_overlap(values.lab(), others)
    assert named in refusal.value.message
    assert "\n" not in refusal.value.message


def test_a_lab_does_not_overlap_itself_or_a_neighbour(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = values.lab()
    monkeypatch.setattr(
        network, "_routes", lambda: iter([(lab.subnet, lab.bridge), (IPv4Network("10.99.242.0/24"), "x")])
    )
    monkeypatch.setattr(network, "name_servers", lambda: ())
    network.refuse_overlap(lab, (lab,))


def plan(**changes: object) -> ImagePlan:
    archives = (Archive("http://127.0.0.1:9/debian", "trixie", ("main",)),)
    settled = {"distribution": DISTRIBUTIONS["debian-13"], "archives": archives, "settings": "", "user": "ansible"}
    return ImagePlan(**(settled | changes))  # type: ignore[arg-type]


def test_all_that_is_missing_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs.os, "geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(EnvironmentLacking) as lacking:
        needs.require(None)
    assert lacking.value.exit is Exit.ENVIRONMENT
    lines = lacking.value.message.splitlines()
    assert "root is needed" in lines[1]
    for package in ("systemd-container", "mmdebstrap", "nftables", "iproute2", "openssh-client"):
        assert package in lines[2]


def test_a_mirror_that_does_not_answer_is_named_with_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "_kernel", lambda: iter(()))
    monkeypatch.setattr(needs, "_root", lambda: iter(()))
    monkeypatch.setattr(needs, "_commands", lambda: iter(()))
    with pytest.raises(EnvironmentLacking, match=r"http://127\.0\.0\.1:9/debian/dists/trixie/InRelease"):
        needs.require(plan())


DIFFERENT = [
    {"user": "operator"},
    {"settings": 'Acquire::Retries "9";\n'},
    {"packages": ("systemd",)},
    {"archives": (Archive("http://elsewhere/debian", "trixie", ("main",)),)},
    {"distribution": DISTRIBUTIONS["ubuntu-24.04"]},
]


@pytest.mark.parametrize("change", DIFFERENT)
def test_a_base_of_other_ingredients_is_another_base(change: dict[str, object]) -> None:
    assert plan(**change).path != plan().path


@pytest.fixture
def builder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for mmdebstrap: a script whose end a test decides; what is looked at is what is left behind."""
    monkeypatch.setattr(image, "CACHE", tmp_path / "cache")
    script = tmp_path / "bin" / "mmdebstrap"
    script.parent.mkdir()
    monkeypatch.setenv("PATH", f"{script.parent}:/usr/bin:/bin")
    return script


def write(script: Path, end: str) -> None:
    script.write_text(
        '#!/bin/sh\nfor a; do case $a in */tree) mkdir "$a"; echo built > "$a/mark";; esac; done\n'
        f'echo "I: installing essential packages..."\n{end}\n'
    )
    script.chmod(0o755)


def test_a_base_is_built_once(builder: Path) -> None:
    said: list[str] = []
    write(builder, "exit 0")
    tree = image.ensure_image(plan(), said.append)
    assert (tree / "mark").read_text() == "built\n"
    assert any("installing essential packages" in line for line in said)
    write(builder, "exit 1")
    assert image.ensure_image(plan(), said.append) == tree
    assert [p.name for p in tree.parent.iterdir()] == [tree.name]


def test_a_broken_build_leaves_nothing_and_says_why(builder: Path) -> None:
    write(builder, 'echo "E: no space left on device"; exit 1')
    with pytest.raises(DgxopsError, match="no space left on device"):
        image.ensure_image(plan(), lambda _: None)
    assert list(image.CACHE.iterdir()) == []


def test_a_failed_rebuild_keeps_the_old_base(builder: Path) -> None:
    write(builder, "exit 0")
    tree = image.ensure_image(plan(), lambda _: None)
    write(builder, "exit 1")
    with pytest.raises(DgxopsError):
        image.ensure_image(plan(), lambda _: None, rebuild=True)
    assert (tree / "mark").exists()


def test_a_lab_keeps_the_base_it_lies_over(tmp_path: Path) -> None:
    old = tmp_path / "old-base"
    old.mkdir()
    before = values.lab(image=old)
    assert up._image(values.wish(), plan(), before) == old
    assert up._image(values.wish(fresh=True), plan(), before) == plan().path
    assert up._image(values.wish(ssh_user="other"), plan(), before) == plan().path
    assert up._image(values.wish(), plan(), values.lab(image=tmp_path / "gone")) == plan().path


def test_one_command_at_a_time(home: Path) -> None:
    with exclusive(), pytest.raises(Locked, match=f"process {os.getpid()} is changing a lab"), exclusive(0.0):
        pass
    with exclusive():
        pass
