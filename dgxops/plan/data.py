"""A plan as JSON data; FORMAT.md beside this file says what each key means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from dgxops.model.absence import Absence
from dgxops.model.plan import Plan, Standing, worst
from dgxops.nodeset import fold
from dgxops.plan.fold import Group, Identity, folded, folded_tasks

Away = tuple[Absence, tuple[str, ...]]
"""Why some hosts are away, and who."""


def as_data(plan: Plan, own: Mapping[str, Identity], absent: Iterable[Away] = ()) -> dict[str, Any]:
    """The plan, folded, and who is ``absent`` by design.

    ``format_version`` changes when a key changes its meaning or goes.
    """
    groups = folded(plan, own)
    data: dict[str, Any] = {
        "format_version": plan.format_version,
        "cluster": plan.cluster,
        "target": plan.target,
        "tree_digest": plan.tree_digest,
        "stages": list(plan.stages),
        "hosts": list(plan.hosts),
        "unreachable": dict(plan.unreachable),
        "absent": [{"hosts": fold(hosts), **asdict(absence)} for absence, hosts in absent],
        "summary": summary(plan),
        "changes": [_group(group) for group in groups],
        "diffs": [asdict(diff) for diff in plan.diffs],
    }
    if plan.predicted is not None:
        data["predicted"] = [{**asdict(t), "host": None, "hosts": fold(hosts)} for t, hosts in folded_tasks(plan)]
    return data


def summary(plan: Plan) -> dict[str, Any]:
    """How many hosts stand how; ``cost`` is the worst of all that can be applied."""
    standings = {s.value: sum(r.standing is s for r in plan.roles) for s in Standing}
    return {
        "hosts": len(plan.hosts),
        "hosts_to_change": len({r.host for r in plan.pending}),
        "hosts_unreachable": len(plan.unreachable),
        "roles": standings,
        "cost": worst(r.cost for r in plan.pending),
        "changes": plan.changes,
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "stage": group.stage,
        "role": group.role,
        "standing": group.standing,
        "cost": group.cost,
        "hosts": fold(group.hosts),
        "host_count": len(group.hosts),
        "reasons": [asdict(reason) for reason in group.reasons],
    }
