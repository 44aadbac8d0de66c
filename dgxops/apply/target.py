"""Which machines a command acts on: the lab on this machine when one is up, else the site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dgxops.errors import DgxopsError
from dgxops.lab.profile import for_lab
from dgxops.lab.state import LabState, find_lab
from dgxops.model.cluster import Cluster
from dgxops.model.node import HostRole
from dgxops.plan.inventory import Inventory
from dgxops.remote import keys
from dgxops.remote.pool import SshPool
from dgxops.remote.session import Endpoint, Login
from dgxops.render.tree import render
from dgxops.render.write import differences
from dgxops.secrets import Source

CHOICES = ("auto", "lab", "site")


@dataclass(frozen=True)
class Target:
    """The machines of one cluster and how to reach them. ``state`` holds runs, the lock and the vault password."""

    name: str
    kind: str  # lab, site
    spec: Path
    cluster: Cluster
    tree: Path
    ssh_user: str
    ssh_key: Path | None
    known_hosts: tuple[Path, ...]
    secrets: Source
    state: Path

    @property
    def runs(self) -> Path:
        return self.state / "runs"

    @property
    def lock(self) -> Path:
        return self.state / "lock"

    @property
    def words(self) -> str:
        """The first line on screen."""
        machines = sum(h.role is not HostRole.UFM for h in self.cluster.present)
        where = "the lab on this machine (stand-in hardware)" if self.kind == "lab" else f"the site {self.name}"
        return f"target: {where}, {machines} machines"


def resolve(spec: Path, cluster: Cluster, command: tuple[str, ...], choice: str = "auto") -> Target:
    """The target of a spec file. ``command`` is the site's program for secrets, if any.

    Raises:
        DgxopsError: ``lab`` is asked for and none is up.
    """
    lab = find_lab(cluster.name) if choice != "site" else None
    if lab is None and choice == "lab":
        raise DgxopsError(f"no lab of {cluster.name} is up", hint=f"dgxops lab up {spec}")
    return _lab(spec, cluster, lab) if lab else _site(spec, cluster, command)


def _lab(spec: Path, cluster: Cluster, lab: LabState) -> Target:
    nodes = sum(h.name in lab.machines for h in cluster.nodes if h.absence is None)
    return Target(
        name=cluster.name,
        kind="lab",
        spec=spec,
        cluster=for_lab(cluster, nodes),
        tree=lab.rendered,
        ssh_user=lab.ssh_user,
        ssh_key=lab.ssh_key,
        known_hosts=(lab.known_hosts,),
        secrets=Source(lab.root / "secrets.yml", lab.root / "vault-password"),
        state=lab.root,
    )


def _site(spec: Path, cluster: Cluster, command: tuple[str, ...]) -> Target:
    folder = spec.resolve().parent
    own = folder / "known_hosts"
    users = (Path.home() / ".ssh" / "known_hosts", Path("/etc/ssh/ssh_known_hosts"))
    state = folder / ".dgxops"
    return Target(
        name=cluster.name,
        kind="site",
        spec=spec,
        cluster=cluster,
        tree=folder / "rendered",
        ssh_user=cluster.site.ssh_user,
        ssh_key=None,
        known_hosts=(*((own,) if own.is_file() else ()), *users),
        secrets=Source(folder / "secrets.yml", state / "vault-password", command, folder),
        state=state,
    )


def refuse_stale(target: Target) -> None:
    """Raise DgxopsError where the rendered tree is not what the spec says now, with the command that mends it."""
    mend = f"dgxops lab up {target.spec}" if target.kind == "lab" else f"dgxops render {target.spec}"
    if not target.tree.is_dir():
        raise DgxopsError(f"{target.tree} is not there yet", hint=mend)
    found = differences(target.tree, render(target.cluster))
    if found:
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        raise DgxopsError(f"{target.tree} is stale: {found[0].path} is {found[0].kind}{more}", hint=mend)


def pool(target: Target, inventory: Inventory) -> SshPool:
    """SSH to every host of the target's inventory."""
    endpoints = {host: _endpoint(host, variables) for host, variables in inventory.variables.items()}
    login = Login(target.ssh_user, keys.known_hosts(target.known_hosts), keys.private_keys(target.ssh_key))
    return SshPool(endpoints, login)


def _endpoint(host: str, variables: Mapping[str, object]) -> Endpoint:
    return Endpoint(host, str(variables.get("ansible_host", host)), int(str(variables.get("ansible_port", 22))))
