"""The plan of a cluster: what the tree wants, held against what each node says. Nothing is changed anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dgxops.model.plan import Plan, RolePlan
from dgxops.plan.compare import Wanted, standing, unknown
from dgxops.plan.desired import Desired, tree_digest
from dgxops.plan.diffs import diffs
from dgxops.remote.pool import Answers, Remote, same_for


def make_plan(desired: Desired, target: str, remote: Remote, *, show_files: bool = True) -> Plan:
    """Look at every host once and say how each role stands; ``target`` is the name that the plan shows.

    ``show_files`` also fetches shipped files that differ, from one host each, for their diffs.
    """
    answers = remote.ask(same_for(desired.hosts, {"action": "look"}))
    plan = judge(desired, target, answers)
    if not show_files:
        return plan
    return replace(plan, diffs=diffs(plan.pending, answers.said, desired.tree, remote))


def judge(desired: Desired, target: str, answers: Answers) -> Plan:
    """Desired x answers -> Plan."""
    return Plan(
        cluster=desired.cluster,
        target=target,
        tree_digest=tree_digest(desired.tree),
        stages=tuple(stage.name for stage in desired.stages),
        hosts=desired.hosts,
        roles=tuple(_standings(desired, answers)),
        unreachable=tuple((h, answers.unreachable[h]) for h in desired.hosts if h in answers.unreachable),
    )


def _standings(desired: Desired, answers: Answers) -> Iterator[RolePlan]:
    for wanted in desired.wanted:
        yield _standing(desired, wanted, answers)


def _standing(desired: Desired, wanted: Wanted, answers: Answers) -> RolePlan:
    if wanted.host in answers.unreachable:
        return unknown(wanted, "host", "was not reached")
    if wanted.role in desired.lacking and wanted.role in answers.said[wanted.host].get("roles", {}):
        return unknown(wanted, "secret", "its secrets are not at hand, so they cannot be compared")
    return standing(wanted, desired.cluster, answers.said[wanted.host])
