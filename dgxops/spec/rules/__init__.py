"""Rules across fields, one small function each; all of them are held, and none hides another."""

from __future__ import annotations

from dgxops import catalogue
from dgxops.errors import Problem
from dgxops.expand import plain, rented
from dgxops.spec import document
from dgxops.spec.checked import Checked
from dgxops.spec.document import Path
from dgxops.spec.messages import closest, meant, meant_or_known, shown
from dgxops.spec.rules import hardware, naming, networks, nodes, site, slurm
from dgxops.spec.rules.facts import Facts
from dgxops.spec.rules.fault import Fault, Rule

RULES: tuple[Rule, ...] = (
    nodes.release,
    nodes.growth,
    nodes.capacity,
    nodes.populated,
    nodes.omitted,
    nodes.joined,
    nodes.connected,
    naming.templates,
    naming.host_names,
    naming.host_names_differ,
    naming.rack_names,
    networks.ordinary,
    networks.apart,
    networks.roomy_for_hosts,
    networks.roomy_for_ports,
    networks.gateways_inside,
    networks.gateways_free,
    hardware.memory,
    hardware.memory_known,
    hardware.processors_known,
    hardware.cores,
    slurm.named_once,
    slurm.one_default,
    slurm.of_the_cluster,
    site.timezone,
    site.ssh_user,
    site.admin_names,
    site.admin_uids,
    site.admin_keys,
    site.mirror,
    site.servers,
    site.once_each,
    site.filesystems,
    site.folders,
    site.secrets,
)


def problems(file: str, checked: Checked) -> list[Problem]:
    """Everything that the rules find in what the schema left."""
    faults, broken = _platform_faults(checked)
    more, broken = _architecture_faults(checked, broken)
    faults += more
    facts = _facts(checked, broken)
    for rule in RULES:
        if rule.readable(broken):
            faults += rule.check(facts)
    return [_problem(file, checked, fault) for fault in faults]


def _platform_faults(checked: Checked) -> tuple[list[Fault], frozenset[Path]]:
    """An unknown platform is taken for the one that was perhaps meant; where none was, it counts as broken."""
    platform, known = checked.spec.platform, catalogue.load()
    if platform in known.platforms or ("platform",) in checked.broken:
        return [], checked.broken
    fault = Fault(("platform",), f"no system is called {shown(platform)}", _known_platform(platform))
    return [fault], checked.broken | (set() if _stand_in(platform) else {("platform",)})


def _known_platform(platform: str) -> str:
    known = catalogue.load()
    return meant(platform, known.platforms) or f"known: {', '.join(known.systems)}"


def _stand_in(platform: str) -> str | None:
    """The platform itself or the one that was perhaps meant."""
    known = catalogue.load().platforms
    return platform if platform in known else closest(platform, known)


def _architecture_faults(checked: Checked, broken: frozenset[Path]) -> tuple[list[Fault], frozenset[Path]]:
    """One architecture must fit; where none does, or it is not said which of several, the platform counts as broken."""
    spec, known = checked.spec, catalogue.load()
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


def _facts(checked: Checked, broken: frozenset[Path]) -> Facts:
    """The spec with its platform; with H100's in place of one that is broken, which no rule then reads."""
    known = catalogue.load()
    system = rented.in_shape(known.system(_stand_in(checked.spec.platform) or "dgx-h100"), checked.spec.shape)
    if checked.spec.plain:
        spec = plain.settled(checked.spec)
        group = plain.plain_architecture(spec, system, known.switches.get(spec.fabric))
        return Facts(spec, system, group, known.switches, broken)
    fitting = known.architectures_of(system.id)
    chosen = next((a for a in fitting if a.id == checked.spec.architecture), None) or next(iter(fitting), None)
    architecture = chosen or known.architectures["h100"]
    return Facts(checked.spec, system, architecture, known.switches, broken)


def _problem(file: str, checked: Checked, fault: Fault) -> Problem:
    spot = document.find(checked.root, fault.path)
    place = document.find(checked.root, fault.cause) if spot.node is None and fault.cause else spot
    return Problem(file, place.line, place.column, document.dotted(spot.path), fault.message, fault.hint)
