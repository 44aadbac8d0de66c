"""Text -> ClusterSpec: every fault of cluster.yml and of the files beside it, each with its place, in one pass."""

from __future__ import annotations

from pathlib import Path

from dgxops import catalogue
from dgxops.errors import InputError, Problem
from dgxops.expand import expand
from dgxops.model.hardware import HardwareRecord
from dgxops.spec import hardware_file, rented, rules
from dgxops.spec import overrides as site_file
from dgxops.spec.checked import check
from dgxops.spec.document import Mapping
from dgxops.spec.jinja import jinja_problems
from dgxops.spec.read import parse, read
from dgxops.spec.schema import ClusterSpec

__all__ = ["load", "loads"]

MOST_SHOWN = 100  # faults; more are what a file that is no spec has


def load(path: Path) -> ClusterSpec:
    """The spec in the file ``path``, with the overrides of a site.yml and the records of a hardware.csv beside it.

    Raises:
        InputError: all faults of these files, sorted by place.
    """
    spec, problems = _checked(str(path), *read(path), folder=path.parent)
    overrides, more = _overrides(path.with_name(site_file.FILE), spec, bool(problems))
    records, most = _records(path.with_name(hardware_file.FILE), None if problems else spec)
    if problems or more or most or spec is None:
        raise InputError(_legible([*problems, *more, *most]))
    return spec.model_copy(update={"overrides": overrides, "records": records})


def _overrides(beside: Path, spec: ClusterSpec | None, faulty: bool) -> tuple[site_file.Overrides, list[Problem]]:
    """Those of a site.yml; one that cannot be opened is a problem among others."""
    if not beside.exists():
        return {}, []
    try:
        return site_file.load(beside, spec, faulty)
    except InputError as error:
        return {}, list(error.problems)


def _records(beside: Path, spec: ClusterSpec | None) -> tuple[tuple[HardwareRecord, ...], list[Problem]]:
    """Those of a hardware.csv; where ``spec`` is None, devices are not held against it."""
    if not beside.exists():
        return (), []
    try:
        return hardware_file.load(beside, expand(spec, catalogue.load()) if spec else None)
    except InputError as error:
        return (), list(error.problems)


def loads(name: str, data: bytes) -> ClusterSpec:
    """The spec in ``data``, without overrides; ``name`` is what messages call its file.

    Raises:
        InputError: all faults, sorted by place.
    """
    spec, problems = _checked(name, *parse(name, data))
    if problems or spec is None:
        raise InputError(_legible(problems))
    return spec


def _legible(problems: list[Problem]) -> list[Problem]:
    """The problems, or as many of them as a person reads and one that counts the others."""
    problems = sorted(set(problems))
    if len(problems) <= MOST_SHOWN:
        return problems
    shown, following = problems[:MOST_SHOWN], problems[MOST_SHOWN]
    rest = f"and {len(problems) - MOST_SHOWN} more faults from here on"
    return [*shown, Problem(following.file, following.line, following.column, "", rest, "mend those above first")]


def _checked(
    name: str, root: Mapping | None, problems: list[Problem], folder: Path | None = None
) -> tuple[ClusterSpec | None, list[Problem]]:
    """A parsed document against schema and rules; ``problems`` are those that parsing it found.

    ``folder`` is where it stands, if it does: a provider's file is read there.
    """
    if root is None:
        return None, problems
    if not root.entries and not problems:
        return None, [Problem(name, 0, 0, "", "is empty", "dgxops init writes a spec to begin with")]
    checked, provided = rented.settled(name, check(name, root), folder)
    evaluated = jinja_problems(name, root)
    others = _elsewhere(evaluated, [*checked.problems, *provided, *rules.problems(name, checked)])
    return checked.spec, [*problems, *evaluated, *others]


def _elsewhere(said: list[Problem], problems: list[Problem]) -> list[Problem]:
    """The problems at places of which nothing has been said yet."""
    places = {(p.line, p.column) for p in said}
    return [p for p in problems if (p.line, p.column) not in places]
