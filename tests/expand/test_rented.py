"""Rented machines: what the provider's file says, whatever its order, and nothing that is not the tenant's."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from dgxops import catalogue, spec
from dgxops.check import check
from dgxops.check.git import Committed
from dgxops.expand import expand
from dgxops.expand.rented import switch_name
from dgxops.model.cluster import Cluster
from dgxops.model.node import HostRole
from dgxops.present.show import show
from dgxops.render.summary import summary
from dgxops.render.tree import render
from dgxops.spec.role_variables import role_variables
from tests.conftest import cluster_of

EXAMPLE = Path(__file__).parents[2] / "inventories" / "cloud-oci"
HEAD = "name,address,role,block,subblock"
ROWS = [
    "head-1,10.60.0.10,head,,",
    "login-1,10.60.0.11,login,,",
    *(f"gpu-{n},10.60.0.{100 + n},dgx,b{n // 5},l{n // 3}" for n in range(1, 13) if n // 3 not in (1, 3)),
]


def cluster(folder: Path, rows: list[str], head: str = HEAD, more: str = "") -> Cluster:
    (folder / "nodes.csv").write_text("\n".join([head, *rows]))
    text = f"name: cloud\nplatform: dgx-cloud-oci\nprovider: nodes.csv\n{more}"
    (folder / "cluster.yml").write_text(text + "networks: {management: {subnet: 10.60.0.0/24}}\n")
    return expand(spec.load(folder / "cluster.yml"), catalogue.load())


def test_names_addresses_and_places_are_those_of_the_file() -> None:
    made = expand(spec.load(EXAMPLE / "cluster.yml"), catalogue.load())
    rows = [line.split(",") for line in (EXAMPLE / "nodes.csv").read_text().splitlines() if not line.startswith("#")]
    listed = {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    assert {h.name for h in made.hosts} == set(listed)
    for host in made.hosts:
        said = listed[host.name]
        assert (str(host.management_ip), host.role.value) == (said["address"], said["role"])
        assert host.placement is not None
        assert dict(host.placement.said()).items() <= said.items()
    assert (len(made.nodes), made.gpus) == (32, 256)


def test_the_order_of_the_file_does_not_matter(tmp_path: Path) -> None:
    first = render(cluster(tmp_path, ROWS))
    for order in (ROWS[::-1], sorted(ROWS), ROWS[3:] + ROWS[:3], ROWS[::2] + ROWS[1::2]):
        assert render(cluster(tmp_path, order)) == first


@pytest.mark.parametrize("gone", [row for row in ROWS if ",dgx," in row])
def test_a_machine_that_goes_leaves_the_files_of_all_others_as_they_were(tmp_path: Path, gone: str) -> None:
    before, after = cluster(tmp_path, ROWS), cluster(tmp_path, [row for row in ROWS if row != gone])
    name = gone.split(",")[0]
    there, left = ({k: v for k, v in render(c).items() if k.startswith("host_vars/")} for c in (before, after))
    assert {k: v for k, v in there.items() if name not in k.split("/")} == left
    assert {h.name: h.addresses for h in after.hosts}.items() <= {h.name: h.addresses for h in before.hosts}.items()
    stood = {s.name: set(s.nodes) for s in before.slurm.topology}
    assert all(set(s.nodes) == stood[s.name] - {name} for s in after.slurm.topology)


def test_nothing_is_rendered_of_what_the_provider_owns(tmp_path: Path) -> None:
    made = cluster(tmp_path, ROWS)
    assert (made.rented, made.fabrics, made.racks, [n.name for n in made.networks]) == (True, (), (), ["management"])
    paths = set(render(made))
    assert {p for p in paths if p.startswith("site/")} == {
        "site/addresses.csv", "site/placement.csv", "site/summary.json", "site/topograph.yaml",
    }  # fmt: skip
    assert not any(p.startswith("cabling/") or p.endswith(".svg") for p in paths)
    assert "BMC" not in str(render(made)["files/hosts"])


def test_slurms_tree_follows_the_places_under_one_root(tmp_path: Path) -> None:
    tree = {s.name: s for s in cluster(tmp_path, ROWS).slurm.topology}
    assert set(tree) == {"b0", "b1", "b2", "b0.l0", "b1.l2", "b2.l4", "fabric"}
    assert tree["fabric"].switches == ("b0", "b1", "b2")
    assert tree["b0.l0"].nodes == ("gpu-1", "gpu-2")
    assert [n for s in tree.values() for n in s.nodes] == [f"gpu-{n}" for n in (1, 2, 6, 7, 8, 12)]


def test_without_places_all_nodes_are_on_one_switch(tmp_path: Path) -> None:
    rows = [",".join(row.split(",")[:3]) for row in ROWS]
    (only,) = cluster(tmp_path, rows, "name,address,role").slurm.topology
    assert (only.name, len(only.nodes)) == ("group", 6)


def test_a_long_name_is_known_by_its_end_and_a_short_one_by_where_it_is() -> None:
    assert switch_name((("island", "i1"), ("block", "b1"))) == "i1.b1"
    assert switch_name((("island", "i1"), ("block", "ocid1.computenetworkblock.oc1.iad.abcdefghijklmnopqrst"))) == (
        "block-efghijklmnopqrst"
    )


def test_a_short_name_below_long_ones_stays_one_that_slurm_takes() -> None:
    """slurmctld ends at a switch with more than 64 characters, and OCIDs of two levels have more."""
    long = "ocid1.hpcisland.oc1.iad." + 40 * "a" + "{}"
    names = {switch_name((("island", long.format(i)), ("block", long.format(b)), ("subblock", "s1")))
             for i in range(3) for b in range(3)}  # fmt: skip
    assert len(names) == 9
    assert max(map(len, names)) <= 64


@pytest.mark.parametrize("version", [None, "rdma"])
def test_every_proof_that_applies_holds_and_the_others_say_why(tmp_path: Path, version: str | None) -> None:
    rows, head = ROWS, HEAD
    if version:
        head += ",rdma"
        lanes = [" ".join(f"100.126.{port}.{n}" for port in range(16)) for n in range(1, len(ROWS) + 1)]
        rows = [f"{row},{lane}" if ",dgx," in row else f"{row}," for row, lane in zip(ROWS, lanes, strict=True)]
    report = check(cluster(tmp_path, rows, head), Committed(why="test"))
    found = [f for p in report.proofs for f in p.findings]
    assert [f.check for f in found] == ["site must say"]  # the cores next to each GPU
    idle = {p.name: p.statement for p in report.proofs if not p.proved}
    assert set(idle) == {"fabrics", "racks", "growth", "release"}
    assert all(text.startswith("nothing to prove: rented") for name, text in idle.items() if name != "growth")


def test_rdma_addresses_stand_on_the_shapes_ports_in_their_order(tmp_path: Path) -> None:
    lanes = " ".join(f"100.126.{port}.9" for port in range(16))
    rows = ["head-1,10.60.0.10,head,", f"gpu-1,10.60.0.20,dgx,{lanes}"]
    (node,) = cluster(tmp_path, rows, "name,address,role,rdma").nodes
    found = [(a.rail, a.interface, str(a.ip)) for a in node.addresses_on("compute")]
    assert found == [(rail, f"rdma{rail}", f"100.126.{rail}.9") for rail in range(16)]


@pytest.mark.parametrize("shape", ["BM.GPU4.8", "BM.GPU.H100.8", "BM.GPU.H200.8", "BM.GPU.B200.8", "BM.GPU.B300.8"])
def test_gpus_processors_and_memory_are_those_of_the_shape(tmp_path: Path, shape: str) -> None:
    made = cluster(tmp_path, ROWS, more=f"shape: {shape}\n")
    system = catalogue.load().system("dgx-cloud-oci").in_shape(shape)
    assert system is not None
    assert made.systems == (system,)
    line = next(t for t in str(render(made)["files/slurm/slurm.conf"]).splitlines() if t.startswith("NodeName="))
    assert f"Gres=gpu:{system.gpu.slurm_type}:8" in line
    assert f"RealMemory={system.real_memory_mb}" in line


def test_the_roles_know_every_variable_and_no_hardware_package_is_forced_on_an_image(tmp_path: Path) -> None:
    made = render(cluster(tmp_path, ROWS))
    variables = {
        key: value
        for path, text in made.items()
        if path.startswith("group_vars/")
        for key, value in yaml.safe_load(text).items()
    }
    ours = {key for key in variables if not key.startswith(("ansible_", "dgxops_"))}
    assert ours <= set(role_variables())
    assert variables["dgx_os_hardware_packages"] == variables["dgx_os_kernel_parameters"] == []


def test_the_screen_says_that_there_is_nothing_to_cable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    show(summary(cluster(tmp_path, ROWS)))
    said = capsys.readouterr().out
    assert "rented: no fabric to cable" in said
    assert "BM.GPU.H100.8" in said
    assert "racks" not in said
    assert "DGX OS" not in said


def test_a_site_of_ones_own_is_not_rented() -> None:
    made = cluster_of(nodes=2)
    assert not made.rented
    assert all(h.placement is None for h in made.hosts_of(HostRole.DGX))
