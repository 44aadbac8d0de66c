"""What a site builds otherwise than its reference architecture takes that one's place, is marked so, and is proved."""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from dgxops import catalogue, spec
from dgxops.catalogue.schema import ArchitectureEntry, SwitchEntry
from dgxops.check import check
from dgxops.check.git import Committed
from dgxops.errors import InputError
from dgxops.expand import expand
from dgxops.expand.designed import designed, fields_said
from dgxops.model.fabric import LinkKind
from dgxops.model.node import HostRole
from dgxops.render.summary import summary
from dgxops.render.tree import render
from dgxops.render.unsaid import unsaid
from dgxops.spec.design import Design, SwitchSays
from dgxops.spec.schema import ClusterSpec
from tests.check.test_growth import moves
from tests.conftest import cluster_of

KNOWN = catalogue.load()

NOT_OF_A_DESIGN = {"standard_units"}
"""Marked fields without a key: how far the document's standard design goes is a fact of the document, in no file."""

NOT_SAID = {
    "id", "name", "document", "systems", "marks", "sources",  # what an entry is called and where it was read
    "standard_units", "nvlink_domain", "beside",  # of the document, and of the system
    "racks.fixtures.kind", "racks.fixtures.name",  # found by kind; named by the rack
}  # fmt: skip
"""Fields of the catalogue's entries without a key."""


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


def fields(schema: type[BaseModel], above: str = "") -> Iterator[str]:
    """Every field of a schema with its parts; those of mappings of models at the mapping's own place."""
    for name, field in schema.model_fields.items():
        yield f"{above}{name}"
        for part in models_in(field.annotation):
            yield from fields(part, f"{above}{name}.")


SAYABLE = {
    field.replace("fabrics.storage.", "fabrics.").replace("fabrics.inband.", "fabrics.") for field in fields(Design)
}


def marked() -> Iterator[tuple[str, str]]:
    for name, arch in KNOWN.architectures.items():
        yield from ((name, field) for field in arch.marks)
    for name, switch in KNOWN.switches.items():
        yield from ((name, f"switches.{field}") for field in switch.marks)


@pytest.mark.parametrize(("entry", "field"), [*marked()], ids=lambda text: str(text))
def test_whatever_is_marked_a_site_can_say(entry: str, field: str) -> None:
    """Inferred, read second-hand or unknown: under `design:` there is a key for it, or for every part of it."""
    assert (
        field in NOT_OF_A_DESIGN
        or field.replace("fabrics.storage", "fabrics").replace("fabrics.inband", "fabrics") in SAYABLE
    )


def test_every_other_field_of_the_catalogue_can_be_said_too() -> None:
    """A field that is new in the catalogue's schema wants a line in dgxops/spec/design.py."""
    known = {*fields(ArchitectureEntry), *(f"switches.{field}" for field in fields(SwitchEntry))}
    lacking = {
        f for f in known if f not in SAYABLE and f not in NOT_SAID and f.removeprefix("switches.") not in NOT_SAID
    }
    assert lacking == set()


H100_RACKS = {"rack_units": 42, "node_units": [2, 12, 22, 32], "pdus": 2, "pdu_units": 0}


def test_nothing_said_is_the_catalogue_itself() -> None:
    bare = ClusterSpec.model_validate({"name": "pod", "platform": "dgx-h100"})
    nulls = ClusterSpec.model_validate(
        {
            "name": "pod",
            "platform": "dgx-h100",
            "design": {"rails": None, "racks": {"pdus": None}, "switches": {"SN5600": {}}},
        }
    )
    assert designed(bare, KNOWN) is KNOWN
    assert designed(nulls, KNOWN) is KNOWN


def test_racks_of_a_site_reach_every_file_that_wants_them() -> None:
    cluster = cluster_of(design={"racks": H100_RACKS})
    assert {n.rack_unit for n in cluster.nodes} == {2, 12, 22, 32}
    assert {r.units for r in cluster.racks} == {42}
    assert {r.pdus for r in cluster.racks if r.kind == "compute"} == {2}
    files = render(cluster)
    assert "rack of 42 units" in str(files["site/bom.csv"])
    assert "dgx-004,dgx,NVIDIA,DGX H100,planned,pod,su01-r01,32," in str(files["site/netbox/6-devices.csv"])


def test_lower_racks_hold_the_spines_too() -> None:
    """A layout of ours: what stands above the compute fabric's spines comes down, and fewer of these fit a rack."""
    report = check(cluster_of(scalable_units=9, design={"racks": H100_RACKS}, networks=WIDE), Committed(why="none"))
    assert [p.name for p in report.proofs if not p.holds] == []


WIDE = {"management": {"subnet": "10.0.0.0/16"}, "oob": {"subnet": "10.64.0.0/16"}}


def test_what_the_site_says_is_marked_and_asked_for_no_more() -> None:
    bare = cluster_of()
    assert [u.key for u in unsaid(bare)] == ["design.racks", "design.switches.SN4600C", "storage"]
    shared = [{"name": "slurm", "kind": "nfs", "mount": "/srv/slurm", "server": "nfs.example.com"}]
    told = cluster_of(design={"racks": H100_RACKS, "switches": {"SN4600C": {"managed": True}}}, storage=shared)
    assert unsaid(told) == ()
    marks: Any = summary(told)["marks"]
    assert (marks["h100"]["racks.rack_units"], marks["h100"]["racks.node_units"]) == ("site", "site")
    assert marks["SN4600C"] == {"cages": "inferred", "managed": "site"}
    assert marks["h100"]["fabrics.inband"] == "inferred"


def test_where_two_controllers_share_their_state_is_asked_for() -> None:
    """One controller has it to itself; /srv is not above /srv-2."""
    keys = [
        [u.key for u in unsaid(cluster_of(**words)) if u.system == "slurm"]
        for words in (
            {},
            {"services": {"head": 1}},
            {"storage": [{"name": "slurm", "kind": "nfs", "mount": "/srv/slurm", "server": "nfs.example.com"}]},
            {"slurm": {"state_save_location": "/srv-2/state"},
             "storage": [{"name": "slurm", "kind": "nfs", "mount": "/srv", "server": "nfs.example.com"}]},
        )
    ]  # fmt: skip
    assert keys == [["storage"], [], [], ["storage"]]


def test_a_part_that_is_not_known_is_asked_for_until_all_of_it_is_said() -> None:
    ufm: dict[str, object] = {"omitted_nodes": 0, "appliances": 2, "links": 0, "at": "free", "storage": 0}
    keys = [
        [u.key for u in unsaid(cluster_of(platform="dgx-gb300-nvl72", design={"ufm": told}))]
        for told in ({}, {"links": 0}, ufm)
    ]
    assert ["design.ufm" in found for found in keys] == [True, True, False]


def test_where_fixtures_stand_is_said_by_their_kind() -> None:
    told = {"power shelf": {"units": [1, 2, 3, 4, 5, 6, 7, 8]}, "NVLink switch tray": {"units": [*range(19, 28)]}}
    cluster = cluster_of(platform="dgx-gb200-nvl72", nodes=18, design={"racks": {"fixtures": told}}, networks=WIDE)
    rack = next(r for r in cluster.racks if r.fixtures)
    assert [f.unit for f in rack.fixtures if f.kind == "power shelf"] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert "racks.fixtures" not in dict(cluster.groups[0].marks)


def test_a_switch_that_is_not_managed_has_no_port_on_the_out_of_band_network() -> None:
    managed, not_managed = (
        cluster_of(design={"switches": {"SN4600C": {"managed": flag, "part": "P-1"}}}) for flag in (True, False)
    )

    def inband(cluster: Any) -> int:
        ends = (link.a.device for link in cluster.fabric("oob").links if link.kind is LinkKind.DEVICE_LEAF)
        return sum(name.startswith("inband-") for name in ends)

    assert (inband(managed), inband(not_managed)) == (len(managed.fabric("inband").switches), 0)
    assert "switch,SN4600C,inband leaf,2,part P-1" in str(render(managed)["site/bom.csv"])


def test_a_model_that_the_catalogue_does_not_have() -> None:
    new = {"fabric": "infiniband", "radix": 128, "rate_gbps": 400, "rack_units": 2, "cages": 64}
    cluster = cluster_of(
        scalable_units=2, design={"compute": {"switch": "QX-1", "nodes_per_leaf": 64}, "switches": {"QX-1": new}}
    )
    assert {s.model for s in cluster.fabric("compute").switches} == {"QX-1"}
    marks = {m.name: dict(m.marks) for m in cluster.groups[0].models}["QX-1"]
    assert (marks["radix"], marks["managed"], marks["part"]) == ("site", "unknown", "unknown")


def test_a_fabric_that_the_architecture_does_not_have() -> None:
    inband = {
        "protocol": "ethernet",
        "switch": "SN4600C",
        "rate_gbps": 100,
        "roles": ["inband"],
        "nodes_per_set": 40,
        "uplinks": 6,
    }
    cluster = cluster_of(platform="dgx-a100", design={"fabrics": {"inband": inband}})
    assert [f.name for f in cluster.fabrics] == ["compute", "storage", "inband", "oob"]
    report = check(cluster, Committed(why="none"))
    assert [p.name for p in report.proofs if not p.holds] == []


def test_four_appliances_have_places_ports_and_addresses_of_their_own() -> None:
    cluster = cluster_of(design={"ufm": {"appliances": 4, "storage": 0}, "fabrics": {"inband": {"nodes_per_set": 32}}})
    assert len(cluster.hosts_of(HostRole.UFM)) == 4
    assert [p.name for p in check(cluster, Committed(why="none")).proofs if not p.holds] == []


def test_each_group_has_its_own_design() -> None:
    groups = [
        {"name": "a", "platform": "dgx-h100", "design": {"racks": H100_RACKS}},
        {"name": "b", "platform": "dgx-h100"},
    ]
    cluster = expand(ClusterSpec.model_validate({"name": "pod", "groups": groups, "networks": WIDE}), KNOWN)
    heights = {(r.group, r.units) for r in cluster.racks if r.kind == "compute"}
    assert heights == {("a", 42), ("b", 48)}
    marks: Any = summary(cluster)["marks"]
    assert marks["h100 of a"]["racks.rack_units"] == "site"
    assert marks["h100 of b"]["racks.rack_units"] == "unknown"
    assert "SN4600C" in marks


def test_a_plain_group_has_racks_and_switches_of_its_own() -> None:
    racks = {"rack_units": 42, "nodes_per_rack": 2, "node_units": [1, 21]}
    cluster = cluster_of(scalable_units="none", nodes=3, design={"racks": racks})
    assert [(n.rack, n.rack_unit) for n in cluster.nodes] == [("rack-01", 1), ("rack-01", 21), ("rack-02", 1)]


def test_a_design_that_changes_later_shows_what_moves() -> None:
    found = moves(cluster_of(), cluster_of(design={"racks": {"node_units": [4, 13, 23, 33]}}))
    moved = [message for message, _ in found if message == "a device stands elsewhere"]
    assert len(moved) == 8
    assert {message for message, _ in found} == {moved[0], "cables that stay are of another medium or length"}
    found = moves(cluster_of(), cluster_of(design={"compute": {"nodes_per_leaf": 16}}))
    assert "a cable between standing devices is recabled" in {message for message, _ in found}


# ---- whatever is said is refused with its place, or stands

MODELS = st.sampled_from([*KNOWN.switches, "SN9999"])
COUNTS = st.integers(0, 12) | st.integers(1, 150)
UNITS = st.builds(
    lambda first, apart, n: [first + apart * i for i in range(n)],
    st.integers(1, 5),
    st.integers(1, 11),
    st.integers(1, 8),
)
PLATFORMS = [name for name in KNOWN.systems if KNOWN.architectures_of(name) and name != "dgx-rubin-nvl8"]


def values_of(annotation: Any) -> st.SearchStrategy[Any]:
    """Something that may stand where the schema of a design has this type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return st.fixed_dictionaries({}, optional=keys_of(annotation))
    if get_origin(annotation) in (Union, UnionType):
        return values_of(next(part for part in get_args(annotation) if part is not type(None)))
    if get_origin(annotation) is tuple:
        roles = st.lists(st.sampled_from(["storage", "inband"]), min_size=1, max_size=2, unique=True)
        return roles if "storage" in str(annotation) else UNITS
    if "Literal" in str(annotation):
        return st.sampled_from(["infiniband", "ethernet"] if "ethernet" in str(annotation) else ["tree", "block"])
    if "Mapping" in str(annotation):
        return st.dictionaries(st.sampled_from(["1", "2"]), st.integers(0, 3), max_size=2)
    if "bool" in str(annotation).lower():
        return st.booleans()
    return COUNTS


def keys_of(model: type[BaseModel]) -> dict[str, st.SearchStrategy[Any]]:
    made = {name: values_of(field.annotation) for name, field in model.model_fields.items()}
    if "switch" in made:
        made["switch"] = MODELS
    if "part" in made:
        made["part"] = st.just("P-1")
    if "switches" in made and model is Design:
        made["switches"] = st.dictionaries(MODELS, values_of(SwitchSays), max_size=2)
    return made


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PLATFORMS), st.integers(1, 3), st.data())
def test_whatever_is_said_is_refused_at_its_place_or_stands(platform: str, units: int, data: st.DataObject) -> None:
    keys = keys_of(Design)
    parts = data.draw(st.lists(st.sampled_from(sorted(keys)), min_size=1, max_size=2, unique=True))
    design = {part: data.draw(keys[part]) for part in parts}
    arch = data.draw(st.sampled_from([a.id for a in KNOWN.architectures_of(platform)]))
    text = {"name": "pod1", "platform": platform, "architecture": arch, "scalable_units": units, "design": design,
            "networks": WIDE}  # fmt: skip
    try:
        made = spec.loads("cluster.yml", str(text).replace("True", "true").replace("False", "false").encode())
    except InputError as error:
        refused = error.problems
    else:
        refused = ()
        stands(made)
    assert all(problem.line for problem in refused)


def stands(made: ClusterSpec) -> None:
    """All proofs of the cluster hold, and what its site said is marked."""
    cluster = expand(made, KNOWN)
    report = check(cluster, Committed(why="none"))
    assert [(p.name, p.findings[:1]) for p in report.proofs if not p.holds] == []
    marks = {field for g in cluster.groups for field, mark in g.marks if mark == "site"}
    assert marks == {field for field in fields_said(made.design) if not field.startswith("switches.")}
