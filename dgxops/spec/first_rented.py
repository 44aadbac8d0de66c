"""The first cluster.yml of rented capacity: what the provider decides is in a file beside it."""

from __future__ import annotations

from collections.abc import Mapping

from dgxops import catalogue
from dgxops.model.system import SystemKind

_TEMPLATE = """\
# The one file that describes this cluster; everything else follows from it: `dgxops show`, `dgxops render`.
# All keys, with what they mean: `dgxops schema`. Every fault of this file and of the one below: `dgxops validate`.
name: {name}
domain: {domain}
platform: {platform}
shape: {shape}  # what is rented; the others: `dgxops show system {platform}`
# A row a machine, with what the provider calls it and where it is; the columns: docs/rented.md. Its first lines may be
#   name,address,role,block
#   head-1,10.10.0.10,head,
#   gpu-1,10.10.1.10,dgx,block-a
provider: nodes.csv
{told}{unpublished}
networks:
  management: {{subnet: {management}}}  # all private addresses; the first is the router{out_of_band}

slurm:
  partitions:
    - {{name: batch, nodes: all, default: true, max_time: UNLIMITED}}  # nodes: all, or a set: "gpu-[1-8]"
  # state_save_location: a folder that all heads share

software: {{release: "2026.10"}}  # a tested set of versions

site:
  timezone: {timezone}
  mirror: {mirror}  # package mirror, http(s)://...; null: the public archives
  # Who may log in everywhere and use sudo: - {{name: jo, keys: ["ssh-ed25519 AAAA... jo@desk"]}}
  admins:{admins}
"""

_UNPUBLISHED = """\
# Nobody publishes this of the shape, and Slurm must know it: write what `slurmd -C` shows on one.
# hardware: {real_memory_mb: ..., cpu: {sockets: ..., cores_per_socket: ..., threads_per_core: ...}}
"""

_TOLD = {
    "architecture": "architecture: {}\n",
    "scalable_units": "scalable_units: {}\n",
    "nodes": "nodes: {}\n",
    "fabric": "fabric: {}\n",
}
"""What is written only when somebody says it: the provider's file has it, or rented capacity does not."""

UNASKED = frozenset({"architecture", "scalable_units", "nodes", "oob"})
"""Questions that the provider answers."""


def is_rented(platform: str) -> bool:
    """Whether a provider owns the machines of this platform."""
    known = catalogue.load()
    return platform in known.platforms and known.system(platform).kind is SystemKind.CLOUD


def rented_spec(scalars: Mapping[str, str], told: Mapping[str, str], admins: str) -> str:
    """Text of a cluster.yml; ``told`` are the answers that somebody gave, ``scalars`` all of them as YAML."""
    system = catalogue.load().system(told["platform"])
    unpublished = "" if system.cpu and system.real_memory_mb else _UNPUBLISHED
    lines = "".join(line.format(scalars[key]) for key, line in _TOLD.items() if key in told)
    services = ", ".join(f"{key}: {scalars[key]}" for key in ("head", "login") if key in told)
    lines += f"services: {{{services}}}\n" if services else ""
    oob = f"\n  oob: {{subnet: {scalars['oob']}}}" if "oob" in told else ""
    return _TEMPLATE.format(
        **scalars, shape=system.shape, told=lines, unpublished=unpublished, out_of_band=oob, admins=admins
    )


def is_left_to_write(text: str, path: str) -> bool:
    """Whether a fault at this place of a first spec is one that the file itself asks to be mended."""
    return _UNPUBLISHED in text and path.startswith("hardware.")
