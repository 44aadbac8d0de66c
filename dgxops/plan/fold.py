"""Alike changes as one: hosts for which a role changes in the same way, each host's own identity replaced."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from dgxops.model.cluster import Cluster
from dgxops.model.plan import Cost, Plan, PredictedTask, Reason, RolePlan, Standing, worst

Identity = Mapping[str, str]  # what is a host's own -> the placeholder for it


@dataclass(frozen=True, slots=True)
class Group:
    """One role that changes alike on ``hosts``."""

    stage: str
    role: str
    standing: Standing
    reasons: tuple[Reason, ...]
    hosts: tuple[str, ...]

    @property
    def cost(self) -> Cost:
        return worst(r.cost for r in self.reasons)


def identities(cluster: Cluster) -> dict[str, Identity]:
    """Each host's name and addresses, with what stands for them in a folded plan."""
    return {
        h.name: {f"{h.name}.{cluster.domain}": "{fqdn}", h.name: "{host}"}
        | {str(a.ip): "{" + a.network + "}" for a in h.addresses}
        for h in cluster.hosts
    }


def folded(plan: Plan, own: Mapping[str, Identity]) -> tuple[Group, ...]:
    """What is pending or unknown, alike changes together; within a stage the costliest first."""
    groups: dict[tuple[str, str, Standing, tuple[Reason, ...]], list[str]] = {}
    for role in plan.roles:
        if role.pending and not _away(role):
            reasons = tuple(_anonymous(r, own.get(role.host, {})) for r in role.reasons)
            groups.setdefault((role.stage, role.role, role.standing, reasons), []).append(role.host)
    made = [Group(*key, hosts=tuple(hosts)) for key, hosts in groups.items()]
    return tuple(sorted(made, key=lambda g: (plan.stages.index(g.stage), -g.cost.rank)))


def folded_tasks(plan: Plan) -> tuple[tuple[PredictedTask, tuple[str, ...]], ...]:
    """Predicted tasks that are alike but for the host, with their hosts."""
    groups: dict[PredictedTask, list[str]] = {}
    for task in plan.predicted or ():
        groups.setdefault(replace(task, host=""), []).append(task.host)
    return tuple((task, tuple(hosts)) for task, hosts in groups.items())


def _away(role: RolePlan) -> bool:
    """Unknown because the host was not reached: told once a host, not once a role."""
    return any(r.kind == "host" for r in role.reasons)


def _anonymous(reason: Reason, own: Identity) -> Reason:
    if not own:
        return reason
    pattern = re.compile(r"(?<![\w.-])(" + "|".join(map(re.escape, own)) + r")(?![\w-])")
    subject, detail = (pattern.sub(lambda m: own[m[0]], text) for text in (reason.subject, reason.detail))
    return replace(reason, subject=subject, detail=detail)
