"""All rules, as a proof a group with the figures of what was looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dgxops.check.findings import many
from dgxops.check.slurm.case import Case, Rule, words
from dgxops.check.slurm.config import Config, read
from dgxops.check.slurm.keys import Version
from dgxops.check.slurm.plugins import KEYS
from dgxops.check.slurm.rules import blocks, control, files, gres, nodes, several, topology
from dgxops.check.slurm.truth import Truth
from dgxops.model.proof import Proof

Figures = dict[str, int | float | str]


def lint(texts: Mapping[str, str], version: Version, truth: Truth) -> tuple[Proof, ...]:
    """Prove the files of one cluster.

    ``texts`` by file name (slurm.conf, gres.conf, cgroup.conf, topology.conf, topology.yaml; any may be missing).
    """
    case = Case(read(texts, version), truth)
    return tuple(_proof(case, name, rules, say) for name, rules, say in GROUPS)


def version_of(text: str) -> Version:
    """``24.11`` or ``24.11.5`` -> (24, 11).

    Raises:
        ValueError: it is no version.
    """
    major, minor = text.split(".")[:2]
    return int(major), int(minor)


def _proof(case: Case, name: str, rules: tuple[Rule, ...], say: Callable[[Config], tuple[str, Figures]]) -> Proof:
    statement, figures = say(case.config)
    return Proof(name, statement, figures, tuple(finding for rule in rules for finding in rule(case)))


def _files(config: Config) -> tuple[str, Figures]:
    keys = sum(len(line.pairs) for name in config.files for line in config.lines(name))
    text = f"{many(keys, 'key')} in {many(len(config.files), 'file')}, for Slurm {words(config.version)}"
    return text, {"keys": keys, "files": len(config.files), "version": words(config.version)}


def _control(config: Config) -> tuple[str, Figures]:
    controllers = len(config.settings.get("slurmctldhost", ()))
    count = sum(len(config.setting(key)[0].split(",")) for key in KEYS if config.setting(key)[0])
    return f"{many(controllers, 'controller')}, {many(count, 'plugin')} by name", {
        "controllers": controllers,
        "plugins": count,
    }


def _nodes(config: Config) -> tuple[str, Figures]:
    count = len(config.names)
    return f"{many(count, 'node')} by name, address and size", {"nodes": count}


def _partitions(config: Config) -> tuple[str, Figures]:
    used = {n for part in config.partitions for n in part.nodes}
    text = f"{many(len(config.partitions), 'partition')} over {len(used):,} of {many(len(config.names), 'node')}"
    return text, {"partitions": len(config.partitions), "nodes": len(used)}


def _topology(config: Config) -> tuple[str, Figures]:
    held = {n for top in config.topologies for _, _, nodes_ in top.places for n in nodes_}
    switches = sum(len(top.switches) for top in config.topologies)
    count = sum(len(top.blocks) for top in config.topologies)
    parts = [many(switches, "switch", "switches")] * bool(switches) + [many(count, "block")] * bool(count)
    text = f"{' and '.join(parts) or 'none'} over {len(held):,} of {many(len(config.names), 'node')}"
    return text, {"switches": switches, "blocks": count, "nodes": len(held)}


def _gres(config: Config) -> tuple[str, Figures]:
    count = sum(sum(gres.entries(line.values.get("gres", "")).values()) * len(line.names) for line in config.nodes)
    return f"{count:,} GRES in slurm.conf and gres.conf", {"gres": count}


GROUPS: tuple[tuple[str, tuple[Rule, ...], Callable[[Config], tuple[str, Figures]]], ...] = (
    (files.GROUP, files.RULES, _files),
    (control.GROUP, control.RULES, _control),
    (nodes.GROUP, nodes.RULES, _nodes),
    (nodes.PARTITIONS, nodes.PARTITION_RULES, _partitions),
    (topology.GROUP, (*topology.RULES, *blocks.RULES, *several.RULES), _topology),
    (gres.GROUP, gres.RULES, _gres),
)
