"""Everything the rendered tree and the roles say a cluster should have, read once. No node is contacted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dgxops.plan import inventory as inventories
from dgxops.plan.compare import Wanted
from dgxops.plan.inputs import Shipped, inputs_of
from dgxops.plan.inventory import Inventory
from dgxops.plan.playbooks import Stage, stages
from dgxops.plan.roles import RoleSource, read_role
from dgxops.secrets import NAMES


@dataclass(frozen=True)
class Desired:
    """``wanted`` holds one entry a host and role; ``lacking`` the roles whose secrets could not be had."""

    cluster: str
    tree: Path
    inventory: Inventory
    stages: tuple[Stage, ...]
    roles: Mapping[str, RoleSource]
    wanted: tuple[Wanted, ...]
    lacking: frozenset[str]

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """Hosts that any stage acts on, in the order of the inventory."""
        acted = {w.host for w in self.wanted}
        return tuple(h for h in self.inventory.hosts if h in acted)

    @cached_property
    def by_place(self) -> dict[tuple[str, str], Wanted]:
        return {(w.host, w.role): w for w in self.wanted}


def read_desired(cluster: str, tree: Path, ansible: Path, secrets: Mapping[str, str] | None) -> Desired:
    """What ``tree`` and the roles below ``ansible`` want; ``secrets`` is None where they could not be opened."""
    inventory = inventories.read(tree)
    playbooks = stages(ansible / "playbooks", inventory)
    roles = {name: read_role(ansible / "roles", name) for stage in playbooks for name, _ in stage.roles}
    wanted = tuple(_wanted(inventory, playbooks, roles, secrets or {}))
    lacking = {name for name, role in roles.items() if secrets is None and any(map(role.takes, NAMES))}
    return Desired(cluster, tree, inventory, playbooks, roles, wanted, frozenset(lacking))


def _wanted(
    inventory: Inventory, playbooks: tuple[Stage, ...], roles: Mapping[str, RoleSource], secrets: Mapping[str, str]
) -> Iterator[Wanted]:
    shipped = Shipped(inventory.tree)
    for stage in playbooks:
        for role, hosts in stage.roles:
            for host in hosts:
                inputs = inputs_of(roles[role], inventory.variables[host], shipped, secrets)
                yield Wanted(host, stage.name, role, inputs)


def tree_digest(tree: Path) -> str:
    """SHA-256 over every file of a tree: what a plan is bound to."""
    whole = hashlib.sha256()
    for path in sorted(p for p in tree.rglob("*") if p.is_file()):
        whole.update(f"{path.relative_to(tree)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()
