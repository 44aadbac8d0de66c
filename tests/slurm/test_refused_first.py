"""What stops Debian's slurmctld is an error of `dgxops check` first: the same broken files go to both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dgxops.check.slurm import lint
from dgxops.check.slurm.folder import read_folder
from dgxops.check.slurm.lint import version_of
from dgxops.check.slurm.truth import Truth
from dgxops.model.finding import Severity
from tests.conftest import cluster_of
from tests.slurm import machine as machines
from tests.slurm.machine import SCRIPT, Machine, written

pytestmark = pytest.mark.lab


@dataclass(frozen=True)
class Fault:
    """A text of one file replaced (or, where there is none to replace, put at its end), and what slurmctld says."""

    file: str
    old: str
    new: str
    fatal: str


FAULTS = {
    "a node twice": Fault("slurm.conf", "", "NodeName=dgx-001 NodeAddr=10.10.1.1\n", "Duplicated NodeName dgx-001"),
    "a misspelt key": Fault("slurm.conf", "", "SlurmctldTimeouts=120\n", "Unable to process configuration file"),
    "a plugin that is gone": Fault("slurm.conf", "select/cons_tres", "select/cons_res", "Can't find plugin"),
    "a partition of unknown nodes": Fault("slurm.conf", "", "PartitionName=x Nodes=nobody\n", "Invalid node names"),
    "no name": Fault("slurm.conf", "ClusterName=", "# ", "Unable to process configuration file"),
}


@pytest.fixture(scope="module")
def debian(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    made = machines.make(tmp_path_factory.mktemp("trixie"))
    yield made
    machines.discard(made)


@pytest.mark.parametrize("name", FAULTS)
def test_what_stops_slurmctld_is_refused_first(debian: Machine, tmp_path: Path, name: str) -> None:
    fault, cluster = FAULTS[name], cluster_of(scalable_units=2, omit="none")
    path = written(cluster, tmp_path) / fault.file
    text = path.read_text()
    assert fault.old in text
    path.write_text(text.replace(fault.old, fault.new) if fault.old else text + fault.new)
    proofs = lint(read_folder(tmp_path), version_of("24.11"), Truth({}, {}))
    assert [f for proof in proofs for f in proof.findings if f.severity is Severity.ERROR]
    head = cluster.by_name[cluster.slurm.controllers[0]]
    done = debian.run(
        ["/bin/sh", "/controller.sh", "true"],
        hostname=head.name,
        bind={tmp_path: "/slurm", SCRIPT: "/controller.sh"},
        environment={"ADDRESSES": str(head.management_ip)},
    )
    said = [line for line in (done.stdout + done.stderr).splitlines() if "fatal:" in line]
    assert done.returncode
    assert said
    assert fault.fatal in " ".join(said)
