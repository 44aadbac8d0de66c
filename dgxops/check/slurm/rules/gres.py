"""GRES: slurm.conf, gres.conf and the hardware count the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from dgxops.check.slurm.case import Case, error, warning
from dgxops.check.slurm.config import GRES, SLURM, Nodes
from dgxops.check.slurm.hostlist import NotAHostlist, expand
from dgxops.model.finding import Finding

GROUP = "slurm gres"
Counts = Counter[tuple[str, str]]  # (name, type) -> number; the type may be empty
_COUNT = re.compile(r"(\d+)([KMG]?)", re.IGNORECASE)
_SHARED = ("mps", "shard")  # one device file carries many of them
_SUFFIX = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3}


@cache
def entries(text: str) -> Counts:
    """``gpu:h100:8,nic`` -> {("gpu", "h100"): 8, ("nic", ""): 1}; sockets in brackets are left out."""
    counts: Counts = Counter()
    for part in re.sub(r"\([^)]*\)", "", text).split(","):
        name, *rest = part.strip().lower().split(":")
        match = _COUNT.fullmatch(rest[-1]) if rest else None
        kind = "".join(rest[:-1] if match else rest)
        if name:
            counts[name, kind] += int(match[1]) * _SUFFIX[match[2].upper()] if match else 1
    return counts


def types_are_declared(case: Case) -> Iterator[Finding]:
    declared = {t.strip().lower() for t in case.config.setting("GresTypes")[0].split(",")}
    for line in (*case.config.nodes, *case.config.gres):
        names = {name for name, _ in entries(line.values.get("gres", ""))}
        names |= {line.values["name"].lower()} if "name" in line.values else set()
        for name in sorted(names - declared):
            yield error(GROUP, line.place, f"{name} is not in GresTypes", seen="slurmctld: error: Invalid GRES; it is "
                        "ignored and the nodes are drained", mend=f"add {name} to GresTypes")  # fmt: skip


def nodes_exist(case: Case) -> Iterator[Finding]:
    for line in case.config.gres:
        strange = [n for n in line.names if n not in case.config.names]
        if strange and not case.config.has_dynamic_nodes:
            yield error(GROUP, line.place, "nodes have no NodeName in slurm.conf", strange,
                        seen="the line counts for nobody", mend="define them, or take them out")  # fmt: skip


def counts_meet_files(case: Case) -> Iterator[Finding]:
    for line in case.config.gres:
        files = _files(line)
        count = line.values.get("count", "")
        if files and count.isdecimal() and int(count) != files and line.values.get("name", "").lower() not in _SHARED:
            yield error(GROUP, line.place, f"Count={count} and {files} files",
                        seen="slurmd: fatal: Invalid GRES record, count does not match File value",
                        mend="remove Count")  # fmt: skip


def both_files_count_alike(case: Case) -> Iterator[Finding]:
    """What gres.conf has for a node is what slurm.conf promises of it, where gres.conf counts at all."""
    if not case.config.gres or _detects(case):
        return
    if _is_local(case):
        return
    there = _by_node(case.config.gres)
    for line in case.config.nodes:
        promised = entries(line.values.get("gres", ""))
        differing: dict[str, list[str]] = {}
        for name in line.names:
            have = there.get(name, Counter())
            if not _alike(promised, have):
                differing.setdefault(_text(have), []).append(name)
        say = error if promised else warning
        for have_text, names in differing.items():
            yield say(GROUP, line.place, f"Gres={_text(promised)}, and gres.conf has {have_text}", names,
                        seen="the nodes register with another count and are drained: gres/gpu count reported lower",
                        mend="make both say the same")  # fmt: skip


def _detects(case: Case) -> bool:
    values = (line.values.get("autodetect", "off") for line in case.config.gres)
    return any(v.lower() != "off" for v in values)


def _is_local(case: Case) -> bool:
    """A gres.conf without node names, where nodes differ, is one machine's own: the others have theirs."""
    nameless = any("nodename" not in line.values for line in case.config.gres)
    return nameless and len({line.values.get("gres", "") for line in case.config.nodes}) > 1


def _by_node(lines: tuple[Nodes, ...]) -> dict[str, Counts]:
    found: dict[str, Counts] = {}
    for line in lines:
        if "name" not in line.values:
            continue
        count = line.values.get("count", "")
        given = int(count) if count.isdecimal() else 0
        number = given if line.values["name"].lower() in _SHARED else _files(line) or given or 1
        for name in line.names:
            found.setdefault(name, Counter())[line.values["name"].lower(), line.values.get("type", "").lower()] += (
                number
            )
    return found


def _files(line: Nodes) -> int:
    try:
        return len(expand(line.values.get("file") or line.values.get("files", "")))
    except NotAHostlist:
        return 0


def _alike(promised: Counts, have: Counts) -> bool:
    """A type that slurm.conf does not give is any type."""
    by_name = Counter({name: 0 for name, _ in promised})
    for (name, _), count in have.items():
        by_name[name] += count
    if any(sum(c for (n, _), c in promised.items() if n == name) != count for name, count in by_name.items()):
        return False
    return all(not kind or not any(t for n, t in have if n == name) or have[name, kind] == count
               for (name, kind), count in promised.items())  # fmt: skip


def _text(counts: Counts) -> str:
    return ",".join(f"{':'.join(filter(None, key))}:{count}" for key, count in counts.items()) or "none"


def counts_meet_the_hardware(case: Case) -> Iterator[Finding]:
    for line in case.config.nodes:
        promised = entries(line.values.get("gres", ""))
        have = sum(count for (name, _), count in promised.items() if name == "gpu")
        kinds = {kind.lower() for name, kind in promised if name == "gpu" and kind}
        differing: dict[str, list[str]] = {}
        for name in line.names:
            real = case.truth.nodes.get(name)
            if real and (have != real.gpus or not kinds <= {real.gpu_type.lower()}):
                differing.setdefault(f"gpu:{real.gpu_type}:{real.gpus}", []).append(name)
        for real_text, names in differing.items():
            yield error(GROUP, line.place, f"Gres={_text(promised)}, and the hardware is {real_text}", names,
                        seen="the nodes register with another count and are drained",
                        mend=f"Gres={real_text}")  # fmt: skip


def cores_exist(case: Case) -> Iterator[Finding]:
    """Cores count cores of the whole node from 0; taking hardware threads for cores is the common mistake."""
    for line in case.config.gres:
        named = case.config.names.get(line.names[0]) if line.names else None
        cores, threads = _cores(named) if named else (0, 0)
        top = max(map(int, re.findall(r"\d+", line.values.get("cores", ""))), default=-1)
        if cores and top >= cores:
            say = error if top >= threads else warning
            yield say(GROUP, line.place, f"core {top} of {cores} cores, which count from 0",
                      seen="slurmd: Invalid GRES data, Cores; fatal beyond the number of CPUs",
                      mend=f"give cores, not threads: 0 to {cores - 1}")  # fmt: skip


def _cores(node: Nodes) -> tuple[int, int]:
    """Cores and hardware threads of a node; 0 where it does not say."""
    keys = (("sockets", ""), ("corespersocket", "1"), ("threadspercore", "1"))
    texts = [node.values.get(key, default) for key, default in keys]
    if not all(text.isdecimal() for text in texts):
        return 0, 0
    sockets, cores, threads = map(int, texts)
    return sockets * cores, sockets * cores * threads


def gres_conf_is_there(case: Case) -> Iterator[Finding]:
    """GPUs need their device files named (or detected): without gres.conf jobs see all of them."""
    if GRES not in case.config.files and any(("gpu", "") in _untyped(n) for n in case.config.nodes):
        yield error(GROUP, SLURM, "nodes have GPUs, and there is no gres.conf",
                    seen="slurmd: fatal or drained: no device file for gpu", mend="write gres.conf")  # fmt: skip


def _untyped(line: Nodes) -> set[tuple[str, str]]:
    return {(name, "") for name, _ in entries(line.values.get("gres", ""))}


RULES = (
    gres_conf_is_there,
    types_are_declared,
    nodes_exist,
    counts_meet_files,
    both_files_count_alike,
    counts_meet_the_hardware,
    cores_exist,
)
