"""What the catalogue claims, it can back: a value has a source or a mark, and what is not known says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import pytest

from dgxops import catalogue
from dgxops.catalogue.loader import read
from dgxops.model.marks import UNKNOWN, above, above_port, holding
from dgxops.model.system import NvlinkDomain, System
from dgxops.paths import catalogue_root
from tests.catalogue.test_catalogue import shapes

NOT_FACTS = {"id", "name", "aliases", "kind", "shape", "shapes", "conflicts", "unknown", "notes", "marks", "sources"}


@dataclass(frozen=True)
class Leaf:
    """One value; ``fields`` are those whose marks or sources may hold for it, nearest first."""

    fields: tuple[str, ...]
    value: Any


def leaves(system: System) -> Iterator[Leaf]:
    data = {key: value for key, value in asdict(system).items() if key not in {*NOT_FACTS, "ports", "acceptance"}}
    yield from _below("", data)
    yield from (Leaf(above(f"acceptance.{name}"), value) for name, value in system.acceptance)
    for port in system.ports:
        for field, value in asdict(port).items():
            if field not in ("name", "role"):
                yield Leaf(above_port(port.name, port.role.value, field), value)


def _below(place: str, value: Any) -> Iterator[Leaf]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _below(f"{place}.{key}" if place else key, part)
    else:
        yield Leaf(above(place), value)


SYSTEMS = pytest.mark.parametrize("system", shapes(), ids=lambda s: f"{s.id}-{s.shape}" if s.shape else s.id)


def test_what_is_said_of_a_field_of_all_ports_goes_before_what_is_said_of_whole_ports() -> None:
    b300 = catalogue.load().system("dgx-b300")
    port = b300.ports[0]
    assert [b300.port_mark(port, f) for f in ("name", "rail", "rate_gbps", "pci")] == [
        "inferred", "inferred", "secondary", "unknown"
    ]  # fmt: skip


@SYSTEMS
def test_a_value_is_marked_or_has_a_source(system: System) -> None:
    marks, sources = dict(system.marks), dict(system.sources)
    for leaf in leaves(system):
        if leaf.value in (None, (), "") or leaf.fields[0].split(".")[-1] in ("slurm_type", "arch", "rail", "domain"):
            continue
        marked = holding({f: m for f, m in marks.items() if m != UNKNOWN}, leaf.fields)
        assert marked or holding(sources, leaf.fields), leaf


@SYSTEMS
def test_what_only_a_third_party_says_is_marked(system: System) -> None:
    marks, sources = dict(system.marks), dict(system.sources)
    for leaf in leaves(system):
        texts = holding(sources, leaf.fields)
        if texts and leaf.value not in (None, ()) and all(t.startswith(("Secondary", "Third-party")) for t in texts):
            assert holding({f: m for f, m in marks.items() if m != UNKNOWN}, leaf.fields), leaf


def _none_there(system: System, leaf: Leaf) -> bool:
    """Whether there is nothing that could be known: not every null is a gap."""
    group, field = leaf.fields[0].split(".")[0], leaf.fields[0].split(".")[-1]
    if group == "nvlink":
        return system.nvlink.domain is NvlinkDomain.NONE
    if (group, field) == ("needs", "driver_last"):
        return system.needs.kernel_module != "proprietary"
    if group == "ports":
        unused = {p.name for p in system.ports if p.role.value == "unused"}
        host_side = field in ("interface", "rdma", "pci")
        return (
            field in ("rail", "gpu", "second_interface", "second_rdma")
            or (host_side and "ports.oob" in leaf.fields)
            or (field == "rdma" and leaf.fields[0].split(".")[1] in unused)
        )
    one_drive = bool(system.drives.os) and str(system.drives.os).startswith("1 ")
    return ((group, field) == ("drives", "os_raid") and one_drive) or leaf.fields[0] == "rack"


@SYSTEMS
def test_nothing_that_is_null_is_unmarked(system: System) -> None:
    marks = {field for field, mark in system.marks if mark == UNKNOWN}
    for leaf in leaves(system):
        if leaf.value is None and not _none_there(system, leaf):
            assert marks & set(leaf.fields), leaf


@SYSTEMS
def test_gpu_cores_that_are_left_out_are_marked_unless_there_is_one_socket(system: System) -> None:
    if not system.gpu.cores and not (system.cpu and system.cpu.sockets == 1):
        assert system.mark("gpu.cores", system.gpu.cores) == UNKNOWN


@pytest.mark.parametrize("system", [s for s in shapes() if not s.shape], ids=lambda s: s.id)
def test_every_mark_and_source_is_of_something(system: System) -> None:
    fields = {"notes", *(field for leaf in leaves(system) for field in leaf.fields)}
    fields |= {f for p in system.ports for name in ("name", "role") for f in above_port(p.name, p.role.value, name)}
    assert {field for field, _ in system.marks} <= fields
    assert {field for field, _ in system.sources} <= fields


def test_every_source_is_used() -> None:
    root = catalogue_root()
    texts = read(root / "sources.yml")
    used = {text for s in shapes() for _, found in s.sources for text in found}
    used |= {text for r in catalogue.load().releases.values() for _, found in r.sources for text in found}
    others = ("switches.yml", "cables.yml", "drivers.yml")
    switches = {key for name in others for entry in read(root / name).values() for key in entry["sources"]}
    assert switches <= set(texts)
    assert {key for key, text in texts.items() if text not in used and key not in switches} == set()
