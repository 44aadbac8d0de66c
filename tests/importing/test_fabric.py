"""Dumps of ibnetdiscover: every form makes the same cables, and what is damaged is told with its line."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from dgxops import catalogue, spec
from dgxops.errors import InputError
from dgxops.expand import expand
from dgxops.importing import fabric
from dgxops.model.cluster import Cluster
from tests.importing.dumps import dump, report


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    text = b"{name: c, platform: dgx-h100, nodes: 2, services: {head: 1}}"
    return expand(spec.loads("cluster.yml", text), catalogue.load())


def links(cluster: Cluster) -> int:
    return len(next(f for f in cluster.fabrics if f.name == "compute").links)


def test_the_topology_and_the_list_of_ports_tell_the_same_cables(cluster: Cluster) -> None:
    cables = fabric.parse("f", dump(cluster))
    assert len(cables) == links(cluster)
    assert fabric.parse("f", report(cluster)) == cables


def test_tabs_that_became_spaces_change_nothing(cluster: Cluster) -> None:
    assert fabric.parse("f", dump(cluster).expandtabs()) == fabric.parse("f", dump(cluster))


def test_a_switch_is_called_as_its_system_calls_it(cluster: Cluster) -> None:
    text = re.sub(r'"(leaf-01-\d)"', r'"MF0;\1:MQM9700/U1"', dump(cluster))
    assert fabric.parse("f", text) == fabric.parse("f", dump(cluster))


def test_an_aggregation_node_inside_a_switch_is_no_cable(cluster: Cluster) -> None:
    text = dump(cluster)
    guid = re.search(r"switchguid=0x([0-9a-f]+)", text)
    assert guid
    switch = f"{int(guid[1], 16):016x}"
    line = '[65]\t"H-00000000000000aa"[1](aa)\t\t# "Mellanox Technologies Aggregation Node" lid 9 4xNDR\n'
    head = re.search(rf'Switch\t\d+ "S-{switch}".*\n', text)
    assert head
    node = '\ncaguid=0xaa\nCa\t1 "H-00000000000000aa"\t# "Mellanox Technologies Aggregation Node"\n'
    node += f'[1](aa) "S-{switch}"[65]\n'
    assert fabric.parse("f", text.replace(head[0], head[0] + line) + node) == fabric.parse("f", text)


def cut(text: str) -> str:
    """The first three quarters, to the end of a line."""
    lines = text.splitlines(keepends=True)
    return "".join(lines[: len(lines) * 3 // 4])


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (cut, r"f:\d+:1: leads to .* \(was it cut short"),
        (lambda t: t[: len(t) // 2 - 7], r"f:\d+:1: (is no line of ibnetdiscover|leads to)"),
        (lambda t: "root@head-01:~# ibnetdiscover\n" + t, r"f:1:1: is no line of ibnetdiscover: root@head-01"),
        (lambda t: t.replace("[1]\t", "[1\t", 1), r"f:\d+:1: is no line of ibnetdiscover: \[1 "),
        (lambda t: t.replace('"leaf-01-2"', '"leaf-01-1"'), r"f:1:1: 2 devices are called 'leaf-01-1'"),
        (lambda t: re.sub(r"switchguid=.*\n", "", t, count=1), r"f:\d+:1: a device without a line switchguid="),
        (lambda t: re.sub(r"Switch\t.*\n", "", t, count=1), r"f:\d+:1: a port of no device"),
        (lambda t: re.sub(r"\n\[.*", "", t), r"f:1:1: names devices, but no cable between them"),
    ],
)
def test_a_damaged_dump_is_one_message_with_its_line(cluster: Cluster, damage: Callable[[str], str], said: str) -> None:
    with pytest.raises(InputError) as caught:
        fabric.parse("f", damage(dump(cluster)))
    assert re.match(said, str(caught.value).replace("\t", " ")), str(caught.value)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (cut, r"f:\d+:1: leads to .*, which does not lead back \(was it cut short"),
        (lambda t: t + "-- MORE --\n", r"f:\d+:1: is no line of ibnetdiscover -p: -- MORE --"),
        (lambda t: t + t.splitlines()[0] + "\n", r"f:\d+:1: .* has this cable in line 1 already"),
    ],
)
def test_a_damaged_list_of_ports_is_one_message_with_its_line(
    cluster: Cluster, damage: Callable[[str], str], said: str
) -> None:
    with pytest.raises(InputError) as caught:
        fabric.parse("f", damage(report(cluster)))
    assert re.match(said, str(caught.value)), str(caught.value)
