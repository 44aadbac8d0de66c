"""Mission Control's plan of subnets for GB200 racks (:mod:`dgxops.model.breakout`), as a file of its own.

Where the spec says ``networks.plan: mission-control`` the networks are cut so, and the file has their subnets. Else
dgxops keeps each network in one subnet: its addresses, names and DHCP reservations do not follow the plan, which is for
a site where Mission Control gives out the addresses.
"""

from __future__ import annotations

from dgxops.model.breakout import breakout
from dgxops.model.cluster import Cluster
from dgxops.model.network import Network, Subnet
from dgxops.model.system import NvlinkDomain
from dgxops.render import yaml_text
from dgxops.render.cabling.plant import Plant

_READ_FOR = {"oob": range(1, 9), "management": range(1, 8)}
_GENERATION = "dgx-gb200-nvl72"
_KEYS = {"oob": "oob_prefix", "management": "data_prefix"}
_PATH = "site/mission-control-subnets.yaml"
_NOTES = """\
# Sizes and roots: North-South network deployment guide of Mission Control, the table by number of pods; `basis` says
# whether the row was read there or is inferred from the others. Inferred in any case: a pod is a scalable unit, the
# order of the subnets, and whose they are. What each is for the guide does not say.
"""
_APART = """\
# The addresses, names and DHCP reservations of dgxops do not follow this plan: there each network is one subnet.
"""
_FOLLOWED = """\
# The addresses, names and DHCP reservations of dgxops follow this plan (networks.plan). Whose a subnet is and where in
# it is dgxops' own choice: bcm-netautogen makes its own, so that its addresses within a subnet may be others.
# A subnet without `holds` has no address. Further pods are added behind, so that no subnet moves.
"""


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
    networks = {key: _network(cluster, cluster.network(network)) for network, key in _KEYS.items()}
    followed = any(n.parts for n in cluster.networks)
    pods = max([cluster.scalable_units, *(part.pod for n in cluster.networks for part in n.parts)])
    notes = _NOTES + (_FOLLOWED if followed else _APART)
    return {_PATH: yaml_text.dump({"pods": pods, "networking": networks}) + notes}


def _network(cluster: Cluster, network: Network) -> dict[str, object]:
    if not network.parts and (why := refusal(cluster, network.name)):
        return {"refused": why}
    pods = max([part.pod for part in network.parts], default=cluster.scalable_units)
    plan = breakout(network.name, pods)
    root = next(network.subnet.subnets(new_prefix=plan.root))
    read = pods in _READ_FOR[network.name] and all(s.id == _GENERATION for s in cluster.systems)
    cut = [{"subnet": str(s), "pod": pod} if pod else {"subnet": str(s)} for s, pod in plan.cut(root)]
    return {
        "spec": f"networks.{network.name}.subnet {network.subnet}",
        "root": str(root),
        "basis": "read" if read else "inferred",
        "subnets": [_part(part) for part in network.parts] or cut,
    }


def _part(part: Subnet) -> dict[str, object]:
    said = {"pod": part.pod, "gateway": part.gateway and str(part.gateway), "holds": part.holds}
    return {"subnet": str(part.subnet), **{key: value for key, value in said.items() if value}}
