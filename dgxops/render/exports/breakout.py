"""Mission Control's plan of subnets for GB200 racks: which ones its networks are cut into, by the number of pods.

Sizes: North-South network deployment guide of Mission Control, its table by number of pods, read for 1 to 7 (for 8 only
the out-of-band half). Inferred by us: what the table does not say (more pods, GB300, the data half of 8), that a pod is
a scalable unit of eight racks, that two subnets of each kind belong to a pod, and the order within the root, largest
first. What each subnet is for the table does not say. dgxops itself keeps each network in one subnet: its addresses,
names and DHCP reservations do not follow this plan, which is for a site where Mission Control gives out the addresses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network

from dgxops.model.cluster import Cluster
from dgxops.model.system import NvlinkDomain
from dgxops.render import yaml_text
from dgxops.render.cabling.plant import Plant

SUBNETS_A_POD = 2  # of each kind that grows with the pods
_DGX, _SHARED, _SMALL = 23, 24, 25
_READ_FOR = {"oob": range(1, 9), "management": range(1, 8)}
_GENERATION = "dgx-gb200-nvl72"
_KEYS = {"oob": "oob_prefix", "management": "data_prefix"}
_PATH = "site/mission-control-subnets.yaml"
_NOTES = """\
# Sizes and roots: North-South network deployment guide of Mission Control, the table by number of pods; `basis` says
# whether the row was read there or is inferred from the others. Inferred in any case: a pod is a scalable unit, the
# order of the subnets, and whose they are. What each is for the guide does not say.
# The addresses, names and DHCP reservations of dgxops do not follow this plan: there each network is one subnet.
"""


@dataclass(frozen=True, slots=True)
class Breakout:
    """One network of ``pods``: ``lengths`` of its subnets with the pod of each (0: shared), largest first."""

    pods: int
    lengths: tuple[tuple[int, int], ...]

    @property
    def root(self) -> int:
        """Prefix length of the smallest block that holds them all; the published one in every row that was read."""
        return 32 - (sum(1 << (32 - length) for length, _ in self.lengths) - 1).bit_length()

    def cut(self, within: IPv4Network) -> Iterator[tuple[IPv4Network, int]]:
        """The subnets from the start of a block that is large enough, with the pod of each."""
        at = int(within.network_address)
        for length, pod in self.lengths:
            yield IPv4Network((at, length)), pod
            at += 1 << (32 - length)


def breakout(network: str, pods: int) -> Breakout:
    """Of "oob" or "management" (Mission Control: data) for so many pods."""
    every = [pod for pod in range(1, pods + 1) for _ in range(SUBNETS_A_POD)]
    large = tuple((_DGX, pod) for pod in every)
    if network == "management":
        return Breakout(pods, (*large, *((_SMALL, pod) for pod in every)))
    shared = 2 if pods <= 2 else 1  # the table: two of them for one and two pods, one from three on
    return Breakout(pods, (*large, *((_SHARED, 0) for _ in range(shared))))


def applies(cluster: Cluster) -> bool:
    """Whether the cluster is of racks that NVLink spans, in scalable units."""
    return bool(cluster.scalable_units) and any(s.nvlink.domain is NvlinkDomain.RACK for s in cluster.systems)


def refusal(cluster: Cluster, network: str) -> str:
    """Why a network cannot be cut so; empty when it can."""
    subnet, wanted = cluster.network(network).subnet, breakout(network, cluster.scalable_units).root
    if subnet.prefixlen <= wanted:
        return ""
    pods = f"{cluster.scalable_units} pod{'s' * (cluster.scalable_units > 1)}"
    return f"networks.{network}.subnet {subnet} is too small: {pods} of Mission Control take a /{wanted}"


def artifacts(plant: Plant) -> dict[str, str]:
    """site/mission-control-subnets.yaml, for NVL72 racks."""
    cluster = plant.cluster
    if not applies(cluster):
        return {}
    networks = {key: _network(cluster, network) for network, key in _KEYS.items()}
    return {_PATH: yaml_text.dump({"pods": cluster.scalable_units, "networking": networks}) + _NOTES}


def _network(cluster: Cluster, network: str) -> dict[str, object]:
    if why := refusal(cluster, network):
        return {"refused": why}
    plan = breakout(network, cluster.scalable_units)
    subnet = cluster.network(network).subnet
    root = next(subnet.subnets(new_prefix=plan.root))
    read = plan.pods in _READ_FOR[network] and all(s.id == _GENERATION for s in cluster.systems)
    return {
        "spec": f"networks.{network}.subnet {subnet}",
        "root": str(root),
        "basis": "read" if read else "inferred",
        "subnets": [{"subnet": str(s), "pod": pod} if pod else {"subnet": str(s)} for s, pod in plan.cut(root)],
    }
