"""Rules across fields, one small function each; all of them are held, and none hides another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from dgxops import catalogue
from dgxops.errors import Problem
from dgxops.expand import grouping, plain, rented
from dgxops.expand.designed import designed
from dgxops.expand.measured import measured
from dgxops.model.system import SystemKind
from dgxops.spec import document
from dgxops.spec.checked import Checked
from dgxops.spec.design import Design
from dgxops.spec.document import Path
from dgxops.spec.messages import closest, meant, meant_or_known, shown
from dgxops.spec.rules import (
    absent,
    design,
    design_fabrics,
    design_racks,
    groups,
    hardware,
    made,
    naming,
    networks,
    nodes,
    site,
    slurm,
    software,
    zones,
)
from dgxops.spec.rules.facts import Facts
from dgxops.spec.rules.fault import Fault, Rule
from dgxops.spec.schema import ClusterSpec
from dgxops.spec.subnets import Networks

GROUP_RULES: tuple[Rule, ...] = (
    nodes.growth,
    nodes.capacity,
    nodes.populated,
    nodes.omitted,
    nodes.joined,
    nodes.housed,
    nodes.places_apart,
    nodes.connected,
    naming.templates,
    naming.host_names,
    naming.host_names_differ,
    made.made_names,
    naming.rack_names,
    networks.roomy_for_hosts,
    networks.roomy_for_ports,
    networks.gateways_free,
    hardware.memory,
    hardware.memory_known,
    hardware.processors_known,
    hardware.cores,
    hardware.ports,
    hardware.ports_differ,
    hardware.gpus,
    hardware.floors,
    hardware.height,
    software.driver_of_the_system,
)
"""Held of the cluster, or of each of its groups as if it were one."""

DESIGN_RULES: tuple[Rule, ...] = (*design_fabrics.RULES, *design_racks.RULES)
"""Held of what a site says of its design, once that has a place; the others are held if these are kept."""

CLUSTER_RULES: tuple[Rule, ...] = (
    software.release,
    software.one_driver,
    software.known_to_us,
    software.carried,
    absent.known,
    absent.once,
    absent.some_left,
    networks.ordinary,
    networks.apart,
    networks.planned,
    networks.gateways_inside,
    slurm.named_once,
    slurm.one_default,
    slurm.of_the_cluster,
    slurm.of_a_group,
    site.timezone,
    site.ssh_user,
    site.admin_names,
    site.admin_uids,
    site.admin_keys,
    site.mirror,
    site.servers,
    site.once_each,
    site.domains,
    site.filesystems,
    site.folders,
    site.secrets,
    zones.servers,
)
"""Held of what all groups share."""

SHARED_RULES: tuple[Rule, ...] = (
    naming.host_names,
    naming.host_names_differ,
    made.made_names,
    networks.roomy_for_hosts,
    networks.gateways_free,
)
"""Held of the management machines of a cluster of several groups."""


def problems(file: str, checked: Checked) -> list[Problem]:
    """Everything that the rules find in what the schema left."""
    if not checked.spec.groups:
        faults, facts = _held(checked.spec, _without_platform(checked))
        faults = [*_lacking(checked), *faults, *_kept(CLUSTER_RULES, facts)]
    else:
        faults = list(_faults_of_several(checked))
    return [_problem(file, checked, fault) for fault in networks.causes(faults, checked.spec)]


def _without_platform(checked: Checked) -> frozenset[Path]:
    """What is broken; a platform that nobody wrote counts."""
    return checked.broken | ({("platform",)} if not checked.spec.platform else set())


def _lacking(checked: Checked) -> Iterator[Fault]:
    if any(p[0] == "groups" for p in checked.broken):
        return
    if any(e.name == "groups" for e in checked.root.entries):
        yield Fault(("groups",), "is an empty list", "give it a group, or take it out and say platform")
        return
    if not checked.spec.platform and ("platform",) not in checked.broken:
        yield Fault(("platform",), "is required", "such as platform: dgx-h100")


def _faults_of_several(checked: Checked) -> Iterator[Fault]:
    """Each group is held to the rules as a cluster of its own; what its view is not asked is asked of all together."""
    spec, broken = checked.spec, checked.broken
    written = [e.name for e in checked.root.entries]
    yield from groups.strays(spec, written)
    parts: list[Facts] = []
    found: list[Fault] = []
    lost: frozenset[Path] = frozenset()  # the platform, where that of a group is not known: then its nodes are not
    for number, view in enumerate(grouping.views(spec)):
        faults, facts = _held(view, groups.broken_in(number, broken), spec.networks, spec.groups[number].name)
        parts.append(facts)
        if facts.system.kind is SystemKind.CLOUD or not facts.sound("platform"):
            lost = frozenset({("platform",)})
        if facts.system.kind is SystemKind.CLOUD:
            path: Path = ("groups", number, "platform")
            yield Fault(path, f"a {facts.system.name} is rented: that is a cluster of its own, not a group")
            continue
        found += (groups.outer(number, fault) for fault in faults)
    first = parts[0]
    together = groups.Together(
        spec, first.system, first.architecture, first.known, groups.broken_together(broken) | lost, parts=tuple(parts)
    )
    yield from groups.worst([*found, *_kept(SHARED_RULES, together)])
    told = {fault.path for fault in found if fault.path[2:3] == ("naming",)}  # what is wrong with a template alone
    yield from (f for f in _kept((*groups.RULES, *CLUSTER_RULES), together) if f.path not in told)


def _held(
    spec: ClusterSpec, broken: frozenset[Path], whole: Networks | None = None, group: str = ""
) -> tuple[list[Fault], Facts]:
    """What is wrong with a cluster of one group, and its facts."""
    platform, broken = _platform_faults(spec, broken)
    architecture, broken = _architecture_faults(spec, broken)
    own, spec, broken = _design_faults(spec, broken)
    facts = replace(_facts(spec, broken), whole=whole, group=group)
    return [*platform, *architecture, *own, *_kept(GROUP_RULES, facts)], facts


_SIZES = frozenset({("scalable_units",)})


def _design_faults(spec: ClusterSpec, broken: frozenset[Path]) -> tuple[list[Fault], ClusterSpec, frozenset[Path]]:
    """What is wrong with the site's own design; then the spec without it, and how large that is counts as broken.

    What the schema took out of it is no reason to be silent about the rest, but sizes are not known then.
    """
    partly = any(path[0] == "design" for path in broken)
    if spec.design == Design() and not partly:
        return [], spec, broken
    without = spec.model_copy(update={"design": Design()})
    unsure = spec.platform not in catalogue.load().platforms
    if unsure or any(path[0] in ("platform", "architecture", "scalable_units") for path in broken):
        return [], without, broken | _SIZES
    bare = replace(_facts(without, broken), spec=spec)
    found = list(design.misplaced(bare))
    told, lost = design.without_torn_models(bare)
    whole = spec.model_copy(update={"design": told})
    found = found or list(_kept(DESIGN_RULES, _facts(whole, broken | lost)))
    return (found, without, broken | _SIZES) if found or partly else ([], spec, broken)


def _kept(rules: Iterable[Rule], facts: Facts) -> Iterator[Fault]:
    """What those rules find that read nothing broken."""
    for rule in rules:
        if rule.readable(facts.broken):
            yield from rule.check(facts)


def _platform_faults(spec: ClusterSpec, broken: frozenset[Path]) -> tuple[list[Fault], frozenset[Path]]:
    """An unknown platform is taken for the one that was perhaps meant; where none was, it counts as broken."""
    platform, known = spec.platform, catalogue.load()
    if platform in known.platforms or ("platform",) in broken:
        return [], broken
    fault = Fault(("platform",), f"no system is called {shown(platform)}", _known_platform(platform))
    return [fault], broken | (set() if _stand_in(platform) else {("platform",)})


def _known_platform(platform: str) -> str:
    known = catalogue.load()
    return meant(platform, known.platforms) or f"known: {', '.join(known.systems)}"


def _stand_in(platform: str) -> str | None:
    """The platform itself or the one that was perhaps meant."""
    known = catalogue.load().platforms
    return platform if platform in known else closest(platform, known)


def _architecture_faults(spec: ClusterSpec, broken: frozenset[Path]) -> tuple[list[Fault], frozenset[Path]]:
    """One architecture must fit; where none does, or it is not said which of several, the platform counts as broken."""
    known = catalogue.load()
    if broken & {("platform",), ("architecture",), ("scalable_units",)} or spec.platform not in known.platforms:
        return [], broken
    if spec.plain and spec.architecture is None:
        return [], broken
    if spec.plain:
        fault = Fault(("architecture",), "a plain group has none: scalable_units is none", "take one of them out")
        return [fault], broken
    fitting = [a.id for a in known.architectures_of(spec.platform)]
    if spec.architecture in fitting or (spec.architecture is None and len(fitting) == 1):
        return [], broken
    return [_architecture_fault(spec.platform, spec.architecture, fitting)], broken | {("platform",)}


def _architecture_fault(platform: str, named: str | None, fitting: list[str]) -> Fault:
    if not fitting:
        message = f"{platform} has no SuperPOD reference architecture: its systems form a plain group"
        return Fault(("scalable_units",), message, "scalable_units: none, and how many nodes", cause=("platform",))
    if named is None:
        message = f"is needed: {platform} has {len(fitting)} reference architectures"
        return Fault(
            ("architecture",), message, " or ".join(f"architecture: {a}" for a in fitting), cause=("platform",)
        )
    message = f"{platform} has no reference architecture called {shown(named)}"
    return Fault(("architecture",), message, meant_or_known(named, fitting))


def _facts(spec: ClusterSpec, broken: frozenset[Path]) -> Facts:
    """The spec with its platform; with H100's in place of one that is broken, which no rule then reads."""
    known = catalogue.load() if spec.design == Design() else designed(spec, catalogue.load())
    guessed = spec.platform not in known.platforms
    known_system = rented.in_shape(known.system(_stand_in(spec.platform) or "dgx-h100"), spec.shape)
    system = measured(known_system, spec.hardware)
    if spec.plain:
        spec = plain.settled(spec)
        group = plain.plain_architecture(spec, system, known.switches.get(spec.fabric))
        return Facts(spec, system, group, known.switches, broken, guessed=guessed)
    fitting = known.architectures_of(system.id)
    chosen = next((a for a in fitting if a.id == spec.architecture), None) or next(iter(fitting), None)
    architecture = chosen or known.architectures["h100"]
    return Facts(spec, system, architecture, known.switches, broken, guessed=guessed)


def _problem(file: str, checked: Checked, fault: Fault) -> Problem:
    spot = document.find(checked.root, fault.path)
    place = document.find(checked.root, fault.cause) if spot.node is None and fault.cause else spot
    if place.node is None and fault.cause[-1:] == ("scalable_units",):
        place = document.find(checked.root, (*fault.cause[:-1], "platform"))
    return Problem(file, place.line, place.column, document.dotted(spot.path), fault.message, fault.hint)
