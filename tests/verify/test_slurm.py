"""Verify against what real tools printed (Slurm 24.11 on four lab machines), and against what goes wrong."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from dgxops.model.cluster import Cluster
from dgxops.model.finding import Finding, Severity
from dgxops.remote.command import Output
from dgxops.verify.facts import sacct, scontrol_ping, scontrol_topology, sinfo, srun
from dgxops.verify.slurm import verify_slurm
from tests.conftest import cluster_of

PING = "Slurmctld(primary) at head-01 is UP\n"
SINFO = "".join(f"dgx-00{n}|idle|gpu:h100:8(S:0-1)|224|none\n" for n in range(1, 5))
TOPOLOGY = "SwitchName=su01 Level=0 LinkSpeed=1 Nodes=dgx-[001-004]\n"
JOB = "".join(f"dgxops|7|dgx-00{n}|0,1,2,3,4,5,6,7|0,1,2,3,4,5,6,7\n" for n in range(1, 5))
RECORD = "7|COMPLETED|4|billing=896,cpu=896,gres/gpu=32,mem=7842688M,node=4\n"
GOOD = {"scontrol ping": PING, "sinfo": SINFO, "scontrol show": TOPOLOGY, "srun": JOB, "sacct": RECORD}


def cluster_says(**changes: str | Output) -> Callable[[str], Output]:
    """A runner that answers as the real tools did, but for the commands in ``changes`` (spaces as underscores)."""
    answers: dict[str, str | Output] = dict(GOOD)
    answers |= {key.replace("_", " "): value for key, value in changes.items()}

    def run(command: str) -> Output:
        for start, answer in answers.items():
            if command.startswith(start):
                return answer if isinstance(answer, Output) else Output(0, answer, "")
        raise AssertionError(command)

    return run


def verified(cluster: Cluster, **changes: str | Output) -> list[Finding]:
    return list(verify_slurm(cluster, cluster_says(**changes), sleep=lambda _: None))


def errors(findings: list[Finding]) -> list[tuple[str, tuple[str, ...], str]]:
    return [(f.check, f.hosts, f.message) for f in findings if f.severity is Severity.ERROR]


def test_a_cluster_as_designed_has_no_finding(mini: Cluster) -> None:
    findings = verified(mini)
    assert errors(findings) == []
    assert [f.check for f in findings] == ["controllers", "nodes", "topology", "job", "accounting"]


def test_a_dead_node_is_named_with_its_state_and_the_job_runs_on_the_others(mini: Cluster) -> None:
    sinfo_text = SINFO.replace("dgx-003|idle", "dgx-003|down*").replace(
        "224|none\ndgx-004", "224|Not responding\ndgx-004"
    )
    rest = "".join(line + "\n" for line in JOB.splitlines() if "dgx-003" not in line)
    record = RECORD.replace("|4|", "|3|").replace("gpu=32", "gpu=24")
    findings = verified(mini, sinfo=sinfo_text, srun=rest, sacct=record)
    assert errors(findings) == [("nodes", ("dgx-003",), "not idle: down, not responding")]
    bad = next(f for f in findings if f.severity is Severity.ERROR)
    assert bad.evidence == "Not responding"
    assert "state=resume" in bad.repair


AWAY = {"node": "dgx-003", "reason": "RMA 1", "since": "2026-11-20"}
ON_THREE = {
    "srun": "".join(line + "\n" for line in JOB.splitlines() if "dgx-003" not in line),
    "sacct": RECORD.replace("|4|", "|3|").replace("gpu=32", "gpu=24"),
}


@pytest.mark.parametrize("kind", ["repair", "retired"])
def test_a_node_that_is_away_by_design_is_said_and_not_missed(kind: str) -> None:
    cluster = cluster_of(nodes=4, services={"head": 1, "login": 1}, absent=[{**AWAY, "kind": kind}])
    line = "dgx-003|down*|gpu:h100:8|224|repair: RMA 1\n" if kind == "repair" else ""
    shown = SINFO.replace("dgx-003|idle|gpu:h100:8(S:0-1)|224|none\n", line)
    findings = verified(cluster, sinfo=shown, **ON_THREE)
    assert all(f.severity is Severity.OK for f in findings)
    said = next(f for f in findings if f.check == "absent")
    assert (said.hosts, said.message) == (("dgx-003",), f"({kind}: RMA 1, since 2026-11-20)")


def test_a_node_that_is_away_and_takes_jobs_is_a_warning() -> None:
    cluster = cluster_of(nodes=4, services={"head": 1, "login": 1}, absent=[AWAY])
    found = [f for f in verified(cluster, **ON_THREE) if f.severity is not Severity.OK]
    assert [(f.check, f.severity, f.hosts) for f in found] == [("absent", Severity.WARNING, ("dgx-003",))]


def test_seven_of_eight_gpus_in_slurm_is_found(mini: Cluster) -> None:
    findings = verified(mini, sinfo=SINFO.replace("dgx-002|idle|gpu:h100:8", "dgx-002|idle|gpu:h100:7"))
    assert ("gpus", ("dgx-002",), "GRES differ from the design") in errors(findings)


def test_a_device_that_is_not_there_is_found_by_the_job(mini: Cluster) -> None:
    job = JOB.replace("dgx-002|0,1,2,3,4,5,6,7|0,1,2,3,4,5,6,7", "dgx-002|0,1,2,3,4,5,6,7|0,1,2,3,4,5,6")
    assert [(check, hosts) for check, hosts, _ in errors(verified(mini, srun=job))] == [("job", ("dgx-002",))]


def test_nodes_that_slurm_lacks_or_has_too_many_of_are_found(mini: Cluster) -> None:
    text = SINFO.replace("dgx-004", "dgx-099")
    found = errors(verified(mini, sinfo=text))
    assert ("nodes", ("dgx-004",), "slurm.conf that slurmctld runs with does not name them") in found
    assert ("nodes", ("dgx-099",), "known to Slurm but not to the design") in found


@pytest.mark.parametrize(
    "tree",
    [
        "",
        TOPOLOGY.replace("dgx-[001-004]", "dgx-[001-003]"),
        TOPOLOGY + "SwitchName=su02 Level=0 LinkSpeed=1 Nodes=dgx-[005-008]\n",
    ],
    ids=["empty", "a node missing", "a switch too many"],
)
def test_another_topology_is_found(mini: Cluster, tree: str) -> None:
    assert [check for check, _, _ in errors(verified(mini, scontrol_show=tree))] == ["topology"]


def test_a_controller_that_is_down_is_found(mini: Cluster) -> None:
    pair = dataclasses.replace(mini.slurm, controllers=("head-01", "head-02"))
    ping = "Slurmctld(primary) at head-01 is DOWN\nSlurmctld(backup) at head-02 is UP\n"
    found = errors(verified(dataclasses.replace(mini, slurm=pair), scontrol_ping=ping))
    assert found == [("controllers", ("head-01",), "slurmctld does not answer")]


def test_a_job_that_accounting_never_hears_of_is_found(mini: Cluster) -> None:
    assert [check for check, _, _ in errors(verified(mini, sacct=""))] == ["accounting"]


def test_when_slurm_does_not_answer_nothing_is_claimed(mini: Cluster) -> None:
    findings = verified(mini, sinfo=Output(1, "", "slurm_load_partitions: Unable to contact slurm controller"))
    assert [f.check for f in findings if f.severity is Severity.OK] == ["controllers"]
    assert errors(findings) == [("nodes", (), "sinfo fails")]


def test_parsers_read_what_the_tools_print() -> None:
    assert sinfo.parse("dgx-001|drained*|gpu:h100:8(S:0-1)|224|a|b\n")["dgx-001"].reason == "a|b"
    assert sinfo.gpus("gpu:h100:8(S:0-1),shard:4") == 8
    assert sinfo.gpus("") == 0
    tree = scontrol_topology.parse("SwitchName=fabric Level=1 LinkSpeed=1 Nodes=n[1-4] Switches=su[01-02]\n")
    assert tree["fabric"].switches == "su[01-02]"
    assert scontrol_ping.parse(PING) == {"head-01": ("primary", True)}
    assert srun.parse("noise\ndgxops|1|n1||\n")[0].given == ()
    assert sacct.parse(RECORD) == sacct.JobRecord("7", "COMPLETED", 4, 32)
