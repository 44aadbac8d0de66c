"""What is remembered of a lab: written before anything is done, so that ``down`` can always undo it.

``/var/lib/dgxops/lab/<cluster>/`` (root only) holds all of one lab: state.json, its key, known_hosts, the rendered
tree, the heads' shared folder and a folder a machine.
"""

from __future__ import annotations

import json
import shutil
import zlib
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from dgxops.errors import EnvironmentLacking
from dgxops.lab.machine import LabMachine, from_data

HOME = Path("/var/lib/dgxops/lab")
FORMAT = 1


@dataclass(frozen=True, slots=True)
class LabState:
    """A lab that is up, as the other phases need it; ``machines`` are the names of all it holds."""

    cluster: str
    spec: Path
    rendered: Path
    ssh_user: str
    ssh_key: Path
    known_hosts: Path
    machines: tuple[str, ...]
    root: Path


@dataclass(frozen=True, slots=True)
class Lab:
    """One lab, whole: everything that ``down`` must find again. ``complete`` is set once ``up`` came to its end."""

    cluster: str
    spec: Path
    base: str  # name of the base system, e.g. debian-13
    image: Path  # the base tree that the machines lie over
    ssh_user: str
    machines: tuple[LabMachine, ...]
    complete: bool = False

    @property
    def root(self) -> Path:
        return HOME / self.cluster

    @property
    def tag(self) -> str:
        """Eight digits that make names of this lab's things on the host (an interface's has room for 15)."""
        return f"{zlib.crc32(self.cluster.encode()):08x}"

    @property
    def bridge(self) -> str:
        return f"dgxlab-{self.tag}"

    @property
    def table(self) -> str:
        return f"dgxops_lab_{self.tag}"

    @property
    def subnet(self) -> IPv4Network:
        return self.machines[0].subnet

    @property
    def gateway(self) -> IPv4Address:
        return self.machines[0].gateway

    @property
    def ssh_key(self) -> Path:
        return self.root / "ssh_key"

    @property
    def known_hosts(self) -> Path:
        return self.root / "known_hosts"

    @property
    def rendered(self) -> Path:
        return self.root / "rendered"

    @property
    def shared_state(self) -> Path:
        """What every head sees where Slurm's controllers keep their state."""
        return self.root / "shared" / "slurm-state"

    def folder(self, machine: LabMachine) -> Path:
        return self.root / "machines" / machine.name

    def as_state(self) -> LabState:
        names = tuple(m.name for m in self.machines)
        return LabState(
            self.cluster, self.spec, self.rendered, self.ssh_user, self.ssh_key, self.known_hosts, names, self.root
        )


def find_lab(cluster_name: str) -> LabState | None:
    """The lab of a cluster, when one is up on this machine.

    Raises EnvironmentLacking where there is one that the caller may not use.
    """
    lab = load(cluster_name)
    return lab.as_state() if lab and lab.complete and Path("/sys/class/net", lab.bridge).exists() else None


def load(cluster: str) -> Lab | None:
    """What is remembered of a lab, up or half-way; None where there is nothing."""
    folder = HOME / cluster
    if not folder.is_dir():
        return None
    try:
        text = (folder / "state.json").read_text()
    except FileNotFoundError:
        return None
    except PermissionError:
        raise EnvironmentLacking(
            f"a lab of {cluster} is on this machine, and only root can use it",
            hint="run the command as root, or name the site with --target site",
        ) from None
    return _from_text(text)


def labs() -> tuple[Lab, ...]:
    """Every lab that this machine remembers, by name."""
    found = (load(folder.name) for folder in sorted(HOME.glob("*/")))
    return tuple(lab for lab in found if lab)


def same_spec(spec: Path, text: str) -> bool:
    """Whether ``text`` is the path of a lab's spec, or of the folder that it stands in."""
    given = Path(text).resolve()
    return spec in (given, given / "cluster.yml")


def save(lab: Lab) -> None:
    """Remember a lab; the file is whole at every moment."""
    lab.root.mkdir(parents=True, exist_ok=True)
    lab.root.chmod(0o700)
    write_whole(lab.root / "state.json", _to_text(lab))


def forget(lab: Lab) -> None:
    """Remove a lab's folder; what tells of it goes last, so that a second ``down`` can end what a first began."""
    for path in lab.root.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "state.json":
            path.unlink()
    (lab.root / "state.json").unlink()
    lab.root.rmdir()


def write_whole(path: Path, text: str) -> None:
    """Replace a file in one step."""
    scratch = path.with_name(path.name + ".new")
    scratch.write_text(text)
    scratch.replace(path)


def _to_text(lab: Lab) -> str:
    data = {
        "format": FORMAT,
        "cluster": lab.cluster,
        "spec": str(lab.spec),
        "base": lab.base,
        "image": str(lab.image),
        "ssh_user": lab.ssh_user,
        "machines": [m.as_data() for m in lab.machines],
        "complete": lab.complete,
    }
    return json.dumps(data, indent=1) + "\n"


def _from_text(text: str) -> Lab:
    data = json.loads(text)
    return Lab(
        cluster=data["cluster"],
        spec=Path(data["spec"]),
        base=data["base"],
        image=Path(data["image"]),
        ssh_user=data["ssh_user"],
        machines=tuple(map(from_data, data["machines"])),
        complete=data["complete"],
    )
