"""What this machine must have for the lab; everything that is missing is named at once."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from dgxops.errors import EnvironmentLacking
from dgxops.lab.cell import unified_mount
from dgxops.lab.image import ImagePlan
from dgxops.lab.shell import succeeds

# Command -> the Debian package that brings it.
COMMANDS = {
    "systemd-nspawn": "systemd-container",
    "mmdebstrap": "mmdebstrap",
    "ip": "iproute2",
    "nft": "nftables",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "setsid": "util-linux",
    "unshare": "util-linux",
    "apt-config": "apt",
    "dpkg-deb": "dpkg",
    "gpg": "gpg",
    "gpg-agent": "gpg-agent",
}

FETCH = ("/usr/lib/apt/apt-helper", "-oAcquire::Retries=0", "-oAcquire::http::Timeout=20", "download-file")


def require(plan: ImagePlan | None) -> None:
    """EnvironmentLacking with a line for each thing that is missing; ``plan`` is a base system still to be built.

    What only root can find out is left out for others.
    """
    missing = [*_root(), *_commands()]
    if not any(_root()):
        missing += [*_kernel(), *(_archives(plan) if plan else ())]
    if missing:
        raise EnvironmentLacking("the lab cannot run on this machine:\n" + "\n".join(f"  - {m}" for m in missing))


def require_root() -> None:
    """EnvironmentLacking for anyone but root."""
    for message in _root():
        raise EnvironmentLacking(message)


def _root() -> Iterator[str]:
    if os.geteuid() != 0:
        yield "root is needed: the lab makes machines, bridges and mounts"


def _commands() -> Iterator[str]:
    lacking = [c for c in COMMANDS if shutil.which(c) is None]
    if lacking:
        packages = sorted({COMMANDS[c] for c in lacking})
        yield f"not installed: {', '.join(lacking)} (apt-get install {' '.join(packages)})"


def _kernel() -> Iterator[str]:
    """What the kernel, or the container that this may be, does not let us do, as far as commands are here to try."""
    yield from _control_groups()
    if shutil.which("unshare"):
        yield from _namespaces()
    if shutil.which("nft") and not succeeds(["nft", "list", "tables"]):
        yield "nftables does not work here (kernel module nf_tables)"


def _control_groups() -> Iterator[str]:
    mount = unified_mount()
    if mount is None or not os.access(mount, os.W_OK):
        yield "no writable unified control group hierarchy (mount -t cgroup2) is to be had"
    elif not _group_kill(mount):
        yield "the kernel has no cgroup.kill (Linux 5.14 or later is needed)"


def _namespaces() -> Iterator[str]:
    if not succeeds(["unshare", "--mount", "--net", "--pid", "--uts", "--ipc", "--fork", "true"]):
        yield "namespaces cannot be made (unshare fails): a container without privileges is too little"
        return
    if not _overlay_works():
        yield "overlayfs cannot be mounted below /var/lib (kernel module overlay; not on top of another overlay)"
    if shutil.which("ip") and not _bridge_works():
        yield "no network bridge can be made (kernel modules bridge and veth)"


def _group_kill(mount: Path) -> bool:
    probe = mount / "dgxops-lab-probe"
    probe.mkdir(exist_ok=True)
    try:
        return (probe / "cgroup.kill").exists()
    finally:
        probe.rmdir()


def _overlay_works() -> bool:
    with tempfile.TemporaryDirectory(prefix="dgxops-lab-", dir="/var/lib") as folder:
        for name in ("lower", "upper", "work", "root"):
            (Path(folder) / name).mkdir()
        options = f"lowerdir={folder}/lower,upperdir={folder}/upper,workdir={folder}/work"
        mount = ["mount", "-t", "overlay", "probe", "-o", options, f"{folder}/root"]
        return succeeds(["unshare", "--mount", "--propagation=private", *mount])


def _bridge_works() -> bool:
    """Tried in a network namespace of its own, which takes the bridge with it."""
    script = "ip link add name probe0 type bridge && ip link add name probe1 type veth peer name probe2"
    return succeeds(["unshare", "--net", "sh", "-c", script])


def _archives(plan: ImagePlan) -> Iterator[str]:
    """Asked the way apt itself would: its proxies, certificates and passwords."""
    with tempfile.TemporaryDirectory(prefix="dgxops-lab-") as folder:
        for archive in plan.archives:
            url = f"{archive.uri.rstrip('/')}/dists/{archive.suite}/InRelease"
            if not succeeds([*FETCH, url, f"{folder}/release"]):
                yield f"no package archive for {archive.suite}: {url} cannot be fetched (--mirror names another)"
