"""What makes a machine itself: names, addresses, stand-ins, and the folders that only some have."""

from __future__ import annotations

from pathlib import Path

import pytest

from dgxops.errors import DgxopsError
from dgxops.lab import boot, state
from dgxops.lab.boot import nspawn_options
from dgxops.lab.cell import Cell
from dgxops.lab.keys import ensure_keys
from dgxops.lab.machine import from_data, machines_of
from dgxops.lab.names import fold, pick
from dgxops.lab.node import empty, files_of, prepare, stand_ins
from dgxops.lab.profile import for_lab
from dgxops.lab.remote import ssh_command
from dgxops.lab.up import _let_go
from tests.conftest import cluster_of
from tests.lab import values
from tests.lab.values import DGX, HEADS, MACHINES


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> state.Lab:
    monkeypatch.setattr(state, "HOME", tmp_path / "labs")
    image = tmp_path / "base"
    (image / "home" / "ansible").mkdir(parents=True)
    (image / "etc" / "ssh").mkdir(parents=True)
    (image / "etc" / "ssh").chmod(0o711)
    lab = values.lab(image=image)
    lab.root.mkdir(parents=True)
    ensure_keys(lab)
    return lab


def test_a_machine_survives_json() -> None:
    assert tuple(from_data(m.as_data()) for m in MACHINES) == MACHINES


def test_names_and_address_are_the_cluster_s(lab: state.Lab) -> None:
    text = {f.path: f.text for f in files_of(lab, DGX)}
    assert text["etc/hostname"] == "dgx-001\n"
    assert "10.99.243.101 dgx-001.dgxops-test.example.com dgx-001\n" in text["etc/hosts"]
    assert "Address=10.99.243.101/24\nGateway=10.99.243.1\n" in text["etc/systemd/network/10-lab.network"]


def test_secrets_are_for_their_owner_alone(lab: state.Lab) -> None:
    private = [f for f in files_of(lab, DGX) if "PRIVATE KEY" in f.text]
    assert [f.mode for f in private] == [0o600]


def test_known_hosts_knows_every_machine_by_each_of_its_names(lab: state.Lab) -> None:
    known = lab.known_hosts.read_text().splitlines()
    assert [line.split()[0] for line in known] == [f"{m.name},{m.fqdn},{m.ip}" for m in MACHINES]
    keys = {line.split()[2] for line in known}
    assert len(keys) == len(MACHINES)


def test_keys_stay_as_they_are(lab: state.Lab) -> None:
    before = lab.known_hosts.read_text()
    ensure_keys(lab)
    assert lab.known_hosts.read_text() == before


def test_an_overlay_is_filled_once_and_emptied_on_request(lab: state.Lab) -> None:
    prepare(lab, DGX)
    upper = lab.folder(DGX) / "upper"
    assert (upper / "etc" / "ssh").stat().st_mode & 0o777 == 0o711
    assert (upper / "home/ansible/.ssh").stat().st_mode & 0o777 == 0o700
    (upper / "mark").write_text("x")
    prepare(lab, DGX)
    assert (upper / "mark").exists()
    empty(lab, DGX)
    prepare(lab, DGX)
    assert not (upper / "mark").exists()


@pytest.mark.parametrize(("machine", "count"), [(DGX, 9), (HEADS[0], 0)])
def test_stand_ins_are_as_many_as_the_system_has(machine, count: int) -> None:
    assert len(stand_ins(machine)) == count


def test_only_heads_share_the_state_folder_where_slurm_wants_it() -> None:
    cluster = cluster_of(nodes=1, services={"head": 2, "login": 1}, slurm={"state_save_location": "/srv/elsewhere"})
    lab, machines = values.lab(), machines_of(for_lab(cluster, 1))
    bind = f"--bind={lab.shared_state}:/srv/elsewhere"
    assert [m.name for m in machines if bind in nspawn_options(lab, m)] == ["head-01", "head-02"]
    assert not any("slurm-state" in o for m in machines if not m.shared for o in nspawn_options(lab, m))


@pytest.fixture
def no_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing runs."""
    monkeypatch.setattr(boot, "kill", lambda lab, machine: None)
    monkeypatch.setattr(boot, "cell_of", lambda lab, machine: Cell(Path("/nowhere")))


@pytest.mark.usefixtures("no_machines")
@pytest.mark.parametrize(
    ("wish", "kept"), [({}, True), ({"fresh": True}, False), ({"rebuild": True}, False), ({"machines": HEADS}, True)]
)
def test_a_new_life_of_the_lab_begins_without_the_last_one_s_state(
    lab: state.Lab, wish: dict[str, object], kept: bool
) -> None:
    lab.shared_state.mkdir(parents=True)
    (lab.shared_state / "clustername").write_text("the last life")
    _let_go(lab, lab, values.wish(**wish), print)
    assert (lab.shared_state / "clustername").exists() == kept
    assert lab.shared_state.is_dir()


def test_host_keys_are_always_checked() -> None:
    words = ssh_command(values.lab(), DGX)
    assert "StrictHostKeyChecking=yes" in words
    assert f"UserKnownHostsFile={values.lab().known_hosts}" in words


def test_names_are_folded_and_picked() -> None:
    assert fold(m.name for m in MACHINES) == "dgx-001,head-[01-02]"
    assert pick(MACHINES, "head-[01-02]") == HEADS


@pytest.mark.parametrize("expression", ["dgx-002", "dgx-[001-002]", "", "@all", "dgx-[", "n;rm -rf /"])
def test_what_names_no_machine_is_refused(expression: str) -> None:
    with pytest.raises(DgxopsError):
        pick(MACHINES, expression)
