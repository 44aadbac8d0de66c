"""Rules across fields, one small function each; all of them are held, and none hides another."""

from __future__ import annotations

from dgxops import catalogue
from dgxops.errors import Problem
from dgxops.spec import document
from dgxops.spec.checked import Checked
from dgxops.spec.document import Path
from dgxops.spec.messages import closest, meant, shown
from dgxops.spec.rules import hardware, naming, networks, nodes, site, slurm
from dgxops.spec.rules.facts import Facts
from dgxops.spec.rules.fault import Fault, Rule

RULES: tuple[Rule, ...] = (
    nodes.release,
    nodes.growth,
    nodes.populated,
    nodes.omitted,
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
    site.admin_names,
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
    facts = _facts(checked, broken)
    for rule in RULES:
        if rule.readable(broken):
            faults += rule.check(facts)
    return [_problem(file, checked, fault) for fault in faults]


def _platform_faults(checked: Checked) -> tuple[list[Fault], frozenset[Path]]:
    """An unknown platform is taken for the one that was perhaps meant; where none was, it counts as broken.

    So does one without an architecture: nothing that is sized by it can be judged.
    """
    platform, known = checked.spec.platform, catalogue.load()
    if ("platform",) in checked.broken:
        return [], checked.broken
    if platform not in known.systems:
        fault = Fault(("platform",), f"no system is called {shown(platform)}", _known_platform(platform))
    elif not known.has_architecture(platform):
        fault = Fault(
            ("platform",), f"{platform} has no SuperPOD architecture in the catalogue", known.with_architecture
        )
    else:
        return [], checked.broken
    return [fault], checked.broken | (set() if _stand_in(platform) else {("platform",)})


def _known_platform(platform: str) -> str:
    known = catalogue.load()
    return meant(platform, known.platforms) or f"known: {', '.join(known.systems)}"


def _stand_in(platform: str) -> str | None:
    """The platform itself or the one that was perhaps meant, if it has an architecture."""
    known = catalogue.load()
    word = platform if platform in known.systems else closest(platform, known.platforms)
    return word if word and known.has_architecture(word) else None


def _facts(checked: Checked, broken: frozenset[Path]) -> Facts:
    known = catalogue.load()
    platform = _stand_in(checked.spec.platform) or next(filter(known.has_architecture, known.systems))
    architecture = known.architecture_of(platform)
    radix = known.switches[architecture.compute.switch].radix
    return Facts(checked.spec, known.system(platform), architecture, radix, broken)


def _problem(file: str, checked: Checked, fault: Fault) -> Problem:
    spot = document.find(checked.root, fault.path)
    place = document.find(checked.root, fault.cause) if spot.node is None and fault.cause else spot
    return Problem(file, place.line, place.column, document.dotted(spot.path), fault.message, fault.hint)
