"""Platforms by alias, without an architecture, and of which something that Slurm must know is not published."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dgxops import catalogue, spec
from dgxops.errors import InputError
from dgxops.model.system import System
from dgxops.spec.json_schema import json_schema
from dgxops.spec.rules import hardware
from dgxops.spec.rules.facts import Facts
from dgxops.spec.rules.fault import Fault, Rule
from dgxops.spec.schema import ClusterSpec


def said(platform: str) -> str:
    with pytest.raises(InputError) as caught:
        spec.loads("cluster.yml", f"name: pod1\nplatform: {platform}\n".encode())
    return str(caught.value)


def with_architecture() -> set[str]:
    return {system for arch in catalogue.load().architectures.values() for system in arch.systems}


@pytest.mark.parametrize("platform", sorted(set(catalogue.system_ids()) - with_architecture()))
def test_a_platform_without_an_architecture_is_a_fault_of_its_own_and_the_only_one(platform: str) -> None:
    assert said(platform).startswith(
        f"cluster.yml:2:11: scalable_units: {platform} has no SuperPOD reference architecture"
    )
    assert "\n" not in said(platform)


def test_an_alias_is_no_unknown_name_and_may_be_what_was_meant() -> None:
    assert "no system is called" not in _faults_of("dgx-a100")
    assert "(did you mean dgx-a100?)" in said("dgx-a10O")
    assert {"dgx-a100", "dgx-a100-640", "dgx-2"} <= set(json_schema()["properties"]["platform"]["enum"])


def _faults_of(platform: str) -> str:
    try:
        spec.loads("cluster.yml", f"name: pod1\nplatform: {platform}\n".encode())
    except InputError as error:
        return str(error)
    return ""


def faults(rule: Rule, system: System, **hardware_keys: int) -> list[Fault]:
    known = catalogue.load()
    written = ClusterSpec.model_validate({"name": "pod1", "platform": "dgx-h100", "hardware": hardware_keys})
    return list(rule.check(Facts(written, system, known.architectures["h100"], known.switches)))


def test_what_slurm_must_know_is_asked_for_and_never_guessed() -> None:
    h100 = catalogue.load().system("dgx-h100")
    bare = replace(h100, cpu=None, ram_gb=None, real_memory_mb=None)
    (memory,) = faults(hardware.memory_known, bare)
    assert (memory.path, memory.cause) == (("hardware", "real_memory_mb"), ("platform",))
    assert memory.message == "the memory of a DGX H100 is not published"
    (processors,) = faults(hardware.processors_known, bare)
    assert (processors.path, processors.cause) == (("hardware", "cpu"), ("platform",))
    assert faults(hardware.memory_known, bare, real_memory_mb=2048) == []
    assert faults(hardware.memory, bare, real_memory_mb=2048) == []
    for rule in (hardware.memory_known, hardware.processors_known, hardware.memory, hardware.cores):
        assert faults(rule, h100) == []
