"""Laws of loading: one fault one message at its place, none hides another, and what is accepted can be expanded."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dgxops import catalogue, spec
from dgxops.errors import InputError, Problem
from dgxops.expand import expand
from dgxops.spec.schema import ClusterFile, ClusterSpec

INVENTORIES = sorted((Path(__file__).parents[2] / "inventories").glob("*/cluster.yml"))

FULL = """\
name: pod1
domain: pod1.example.com
platform: dgx-h100
scalable_units: 2
nodes: 40
omit: [dgx-007]
grow_to: 4
naming:
  node: "node{index:04d}"
networks:
  management:
    subnet: 10.8.0.0/20
    gateway: 10.8.0.1
    mtu: 9000
  compute:
    subnet: 100.64.0.0/16
services:
  head: 2
  login: 3
storage:
  - name: home
    kind: nfs
    mount: /home
    server: managed
slurm:
  state_save_location: /srv/slurm/state
  partitions:
    - name: batch
      nodes: all
      default: true
      max_time: 1-00
software:
  release: "2026.10"
site:
  mirror: http://mirror.example.com/
  timezone: Europe/Berlin
  ssh_user: ansible
  ntp: [10.0.0.1]
  dns: [10.0.0.2]
  dns_search: [example.com]
secrets:
  source: vault
""".replace("dgx-007", "node0007")


def faults_of(text: str) -> tuple[Problem, ...]:
    try:
        spec.loads("f", text.encode())
    except InputError as error:
        return error.problems
    return ()


def test_the_full_example_is_fine() -> None:
    assert faults_of(FULL) == ()


@pytest.mark.parametrize("file", INVENTORIES, ids=lambda file: file.parent.name)
def test_the_example_clusters_are_fine(file: Path) -> None:
    assert spec.load(file).name == file.parent.name


KEYS = [(n, m[1], m[2]) for n, line in enumerate(FULL.splitlines()) if (m := re.match(r"( *(?:- )?)([a-z_]+):", line))]


@pytest.mark.parametrize(("number", "before", "key"), KEYS, ids=[f"{n + 1}-{key}" for n, _, key in KEYS])
def test_a_misspelt_key_is_one_fault_at_its_place_with_the_right_word(number: int, before: str, key: str) -> None:
    lines = FULL.splitlines()
    lines[number] = lines[number].replace(f"{key}:", f"{key}x:", 1)
    found = [p for p in faults_of("\n".join(lines)) if p.message.startswith("unknown key")]
    assert [(p.line, p.column, p.hint) for p in found] == [(number + 1, len(before) + 1, f"did you mean {key}?")]


WRONG = {
    "domain: pod1.example.com": ("domain: Pod", "does not fit"),
    "platform: dgx-h100": ("platform: dgx-h10", "no system is called"),
    "grow_to: 4": ("grow_to: many", "wants a whole number"),
    "gateway: 10.8.0.1": ("gateway: 10.9.0.1", "is outside of"),
    "mtu: 9000": ("mtu: 1", "too small"),
    "subnet: 100.64.0.0/16": ("subnet: 100.64.0.1/16", "host bits"),
    "login: 3": ("login: 11", "too large"),
    "kind: nfs": ("kind: lustre", "wants nfs"),
    "mount: /home": ("mount: /etc", "belongs to the operating system"),
    "max_time: 1-00": ("max_time: long", "does not fit"),
    "timezone: Europe/Berlin": ("timezone: Berlin", "no time zone"),
    "ntp: [10.0.0.1]": ("ntp: [10.0.0.1, 10.0.0.1]", "listed already"),
    "ssh_user: ansible": ("ssh_user: true", "wants text"),
    "source: vault": ("source: command", "is required"),
    "  nodes: all": ("  nodes: node9999", "has no node"),
    'release: "2026.10"': ("release: 2026.1", "no release"),
}


@settings(max_examples=40, deadline=None)
@given(st.sets(st.sampled_from(sorted(WRONG))))
def test_no_fault_hides_another(chosen: set[str]) -> None:
    text = FULL
    for right in chosen:
        text = text.replace(right, WRONG[right][0])
    messages = [p.message for p in faults_of(text)]
    assert len(messages) == len(chosen)
    for right in chosen:
        assert any(WRONG[right][1] in message for message in messages)


def subnets(lowest: int, highest: int, network: str) -> st.SearchStrategy[dict[str, str]]:
    return st.integers(lowest, highest).map(lambda prefix: {"subnet": f"{network}/{prefix}"})


SPECS = st.fixed_dictionaries(
    {"name": st.just("pod"), "platform": st.just("dgx-h100"), "scalable_units": st.integers(1, 6)},
    optional={
        "nodes": st.integers(1, 200),
        "grow_to": st.integers(1, 32),
        "omit": st.sampled_from(["auto", "none", ["dgx-001"], ["dgx-032", "dgx-033"], ["dgx-500"]]),
        "services": st.fixed_dictionaries({"head": st.integers(1, 4), "login": st.integers(0, 10)}),
        "networks": st.fixed_dictionaries(
            {},
            optional={
                "management": subnets(18, 27, "10.10.0.0"),
                "oob": subnets(18, 27, "10.20.0.0"),
                "compute": subnets(16, 27, "100.64.0.0"),
                "storage": subnets(18, 27, "100.80.0.0"),
            },
        ),
        "naming": st.fixed_dictionaries(
            {},
            optional={
                "node": st.sampled_from(
                    [
                        "n{index}",
                        "n{su}-{index_in_su}",
                        "{rack}-{index_in_su:02d}",
                        "n{index_in_su}",
                        "head-{index:02d}",
                    ]
                ),
                "rack": st.sampled_from(["r{su}-{index}", "r{index}", "R{su}x{index}"]),
                "login": st.sampled_from(["login{index}", "head-{index:02d}", "spine-{index:02d}"]),
            },
        ),
    },
)


@settings(max_examples=60, deadline=None)
@given(SPECS)
def test_what_is_accepted_expands_with_every_name_and_address_once(data: dict[str, Any]) -> None:
    try:
        accepted = spec.loads("f", yaml.safe_dump(data).encode())
    except InputError:
        return
    cluster = expand(accepted, catalogue.load())
    names = [h.name for h in cluster.hosts] + [s.name for f in cluster.fabrics for s in f.switches]
    addresses = [a.ip for h in cluster.hosts for a in h.addresses]
    addresses += [s.oob_ip for f in cluster.fabrics for s in f.switches]
    gateways = [n.gateway for n in cluster.networks if n.gateway]
    assert len(names) == len(set(names))
    assert len([*addresses, *gateways]) == len({*addresses, *gateways})
    assert all(any(ip in n.subnet for n in cluster.networks) for ip in addresses)
    assert cluster.nodes


@settings(max_examples=60, deadline=None)
@given(SPECS, st.data())
def test_any_value_in_any_place_is_fine_or_a_fault_but_never_a_failure(
    data: dict[str, Any], draw: st.DataObject
) -> None:
    odd = draw.draw(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.lists(st.text(max_size=3), max_size=2)
    )
    keys = draw.draw(st.sampled_from(sorted(paths(ClusterFile.model_json_schema()))))
    spot = data
    for key in keys[:-1]:
        spot = spot.setdefault(key, {}) if isinstance(spot.get(key, {}), dict) else {}
    spot[keys[-1]] = odd
    assert all(p.message and p.line >= 0 for p in faults_of(yaml.safe_dump(data)))


def paths(schema: dict[str, Any]) -> set[tuple[str, ...]]:
    """Every path of mapping keys in the spec."""

    def below(part: dict[str, Any]) -> set[tuple[str, ...]]:
        properties = part.get("properties", {})
        inner = (
            (key, schema["$defs"][value["$ref"].rsplit("/", 1)[1]])
            for key, value in properties.items()
            if "$ref" in value
        )
        return {(key,) for key in properties} | set(
            chain.from_iterable(({(key, *p) for p in below(d)}) for key, d in inner)
        )

    return below(schema)


@pytest.mark.parametrize("key", ["name", "domain"])
def test_a_line_end_is_no_part_of_a_name(key: str) -> None:
    text = "name: pod1\nplatform: dgx-h100\ndomain: a.b\n"
    assert [p.path for p in faults_of(re.sub(f"{key}: (.*)", rf'{key}: "\1\\n"', text))] == [key]


def test_a_number_may_stand_for_text() -> None:
    text = "name: pod1\nplatform: dgx-h100\nsoftware: {release: 2026.10}\nsite: {ntp: [10.5]}\n"
    assert [p.path for p in faults_of(text)] == ["site.ntp[0]"]


def test_everything_but_name_and_platform_has_a_default() -> None:
    accepted = spec.loads("f", b"name: pod1\nplatform: dgx-h100\n")
    assert accepted == ClusterSpec(name="pod1", platform="dgx-h100", domain="pod1.internal")


def test_the_overrides_cannot_be_written_into_the_cluster_file() -> None:
    assert [p.message for p in faults_of("name: a\nplatform: dgx-h100\noverrides: {}\n")] == ["unknown key 'overrides'"]


def test_files_that_cannot_be_opened_hide_no_fault_of_the_others(tmp_path: Path) -> None:
    (tmp_path / "cluster.yml").write_text("name: pod1\nplatform: dgx-h10\n")
    (tmp_path / "site.yml").mkdir()
    (tmp_path / "hardware.csv").mkdir()
    with pytest.raises(InputError) as refused:
        spec.load(tmp_path / "cluster.yml")
    assert [Path(p.file).name for p in refused.value.problems] == ["cluster.yml", "hardware.csv", "site.yml"]
