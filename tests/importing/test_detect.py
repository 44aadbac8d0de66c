"""What a file is is told by what stands in it; what it is not is told in one line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dgxops.errors import DgxopsError, InputError
from dgxops.importing import addresses, slurm
from dgxops.importing.build import best
from dgxops.importing.detect import What, kind_of, take, together
from dgxops.importing.facts import SeenAddress, SeenPartition, Settings
from tests.importing.dumps import dump, report
from tests.importing.printed import cluster_of, config, nodes, partitions, rows

ROOT = Path(__file__).parents[2]
FIRST = cluster_of("{name: c, platform: dgx-h100, nodes: 3, services: {head: 1}}")
OMNIA = (
    "FUNCTIONAL_GROUP_NAME,GROUP_NAME,SERVICE_TAG,HOSTNAME,ADMIN_MAC,ADMIN_IP,BMC_MAC,BMC_IP\n"
    "slurm_node_x86_64,SU01,AB1,gpu01,02:00:00:00:00:01,10.3.1.1,02:00:00:00:00:02,10.4.1.1\n"
)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (rows(FIRST), What.CABLES),
        ("#StartDevice,StartPort,EndDevice,EndPort,LinkType\n", What.CABLES),
        (dump(FIRST), What.FABRIC),
        (report(FIRST), What.FABRIC),
        (nodes(FIRST), What.NODES),
        (nodes(FIRST).replace("\n   ", " "), What.NODES),
        (partitions(FIRST), What.PARTITIONS),
        (config(FIRST), What.SETTINGS),
        ("name,network,interface,rail,address\n", What.ADDRESSES),
        (OMNIA, What.ADDRESSES),
        ("# ours\n[slurm-node]\ngpu01\n", What.INVENTORY),
    ],
)
def test_a_file_is_what_stands_in_it(text: str, what: What) -> None:
    assert kind_of("f", text) is what


OWN = [f for f in sorted((ROOT / "inventories").iterdir()) if (f / "rendered/cabling").exists()]  # what is cabled


@pytest.mark.parametrize("folder", OWN, ids=lambda f: f.name)
def test_what_dgxops_renders_is_recognised(folder: Path) -> None:
    tree = folder / "rendered"
    files = {"cabling/cables.csv": What.CABLES, "site/addresses.csv": What.ADDRESSES, "hosts.yml": What.INVENTORY}
    assert {name: kind_of(name, (tree / name).read_text()) for name in files} == files


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello\n", "f:1:1: is nothing that is recognised (say it: --cables, "),
        ("# x\nClusterName=c\nNodeName=a CPUs=2\n", "f:2:1: is a slurm.conf, which is not read"),
    ],
)
def test_what_is_not_recognised_is_told(text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        kind_of("f", text)
    assert str(caught.value).startswith(said)


def test_partitions_and_configuration_are_read() -> None:
    assert slurm.partitions("f", partitions(FIRST)) == (
        SeenPartition("batch", ("dgx-001", "dgx-002", "dgx-003"), True, "UNLIMITED"),
    )
    assert slurm.settings("f", config(FIRST)) == (Settings("c", ("head-01",), "24.11.5"),)


@pytest.mark.parametrize(
    ("parse", "text", "said"),
    [
        (slurm.partitions, "x\n", "f:1:1: has no partition"),
        (slurm.partitions, "\nPartitionName=a\n   Default=YES\n", "f:2:1: a is cut short: it has no MaxTime, Nodes"),
        (
            slurm.partitions,
            "PartitionName=a Default=NO MaxTime=1 Nodes=b[3-1]\n",
            "f:1:1: a: Nodes=b[3-1] is no node set",
        ),
        (slurm.settings, "ClusterName = (null)\n", "f:1:1: has no ClusterName"),
        (addresses.parse, "x,y\n", "f:1:1: the header names no host or no address"),
        (addresses.parse, "name,ip\n", "f:1:1: has a header and no address"),
        (addresses.parse, "name,ip\na,10.1.2\n", "f:2:1: 10.1.2 is no IPv4 address"),
        (addresses.parse, "name,ip\n,10.1.2.3\n", "f:2:1: an address without the name of its host"),
        (addresses.parse, "name,ip\n\na\n", "f:3:1: the row ends after 1 of 2 columns"),
    ],
)
def test_bad_input_is_one_message_with_its_place(parse, text: str, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError) as caught:
        parse("f", text)
    assert str(caught.value).startswith(said)


def test_the_mapping_file_of_omnia_tells_both_addresses() -> None:
    assert addresses.parse("f", OMNIA) == (
        SeenAddress("gpu01", "management", "10.3.1.1"),
        SeenAddress("gpu01", "oob", "10.4.1.1"),
    )


@pytest.mark.parametrize("example", ["mini", "pod4", "b300-xdr", "gb200-su", "sparks"])
def test_all_subnets_come_back_from_the_addresses(example: str) -> None:
    tree = ROOT / "inventories" / example / "rendered"
    files = [tree / "cabling/cables.csv", tree / "site/addresses.csv"]
    built = best(together([take(f.name, f.read_bytes()) for f in files]), "again", "a test", None)
    first = cluster_of((tree.parent / "cluster.yml").read_text())
    assert not built.agreed.differs
    have = {(h.name, a.network, str(a.ip)) for h in cluster_of(built.text).hosts for a in h.addresses}
    assert have == {(h.name, a.network, str(a.ip)) for h in first.hosts for a in h.addresses}


def test_addresses_of_no_position_are_told() -> None:
    text = rows(FIRST)
    odd = "name,ADMIN_IP,BMC_IP,IB_IP\ndgx-001,10.1.1.77,10.2.1.1,100.126.0.1\n"
    told = "\n".join(best(together([take("a", text.encode()), take("b", odd.encode())]), "x", "t", None).found.open)
    assert "networks.management.subnet: addresses follow no subnet of dgxops: dgx-001 has 10.1.1.77" in told
    assert "networks.compute.subnet: 1 addresses a node are told, 8 are needed" in told


def test_two_clusters_are_refused() -> None:
    text = config(FIRST)
    with pytest.raises(DgxopsError, match="two files are outputs of scontrol show config"):
        together([take("a", text.encode()), take("b", text.replace("= c\n", "= d\n").encode())])


def test_the_verb_says_what_it_took_each_file_for(tmp_path: Path) -> None:
    texts = {"a.csv": rows(FIRST), "b.txt": nodes(FIRST), "c.txt": partitions(FIRST), "d.txt": config(FIRST)}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    words = [str(tmp_path / name) for name in texts]
    options = ["-o", str(tmp_path / "out/cluster.yml")]
    done = subprocess.run(
        [sys.executable, "-m", "dgxops", "import", *words[:3], "--config", words[3], *options],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert [line.partition(": ")[2] for line in done.stdout.splitlines()[1:5]] == [
        f"a cable list, {len(texts['a.csv'].splitlines()) - 1} cables",
        "output of scontrol show node, 3 nodes",
        "output of scontrol show partition, 1 partitions",
        "output of scontrol show config, 1 cluster",
    ]
    assert "name: c\n" in (tmp_path / "out/cluster.yml").read_text()
    again = subprocess.run(
        [sys.executable, "-m", "dgxops", "import", *words, *options, "--force", "--json"],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert [one["as"] for one in json.loads(again.stdout)["read"]] == ["cables", "scontrol", "partitions", "config"]


def test_a_file_given_twice_changes_nothing_and_two_that_differ_are_refused() -> None:
    table, seen = take("a", rows(FIRST).encode()), take("b", nodes(FIRST).encode())
    assert together([table, seen, table, seen]) == together([table, seen])
    other = take("c", nodes(FIRST, memory=1_900_000).encode())
    with pytest.raises(DgxopsError, match="dgx-001 stands twice, and differently, in output of scontrol"):
        together([seen, other])
