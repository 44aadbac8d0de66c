"""siteinfo.yaml, the second input of Mission Control's bcm-netautogen, as far as the cluster says.

Keys: North-South network deployment guide 2.0.0, appendix. What dgxops has no counterpart for is named in a comment.
"""

from __future__ import annotations

from collections.abc import Iterator

from dgxops.model.cluster import Cluster
from dgxops.model.network import Network
from dgxops.render import yaml_text
from dgxops.render.cabling.plant import Plant

_PREFIXES = {"oob_prefix": "oob", "data_prefix": "management", "storage_prefix": "storage"}
_LENGTHS = {
    "oob": ("oob_dgx_prefixlen", "oob_mgmt_prefixlen"),
    "management": ("data_dgx_prefixlen", "data_mgmt_prefixlen"),
}
"""Of the wide subnets of a plan, those of racks, and of the narrow ones."""
_UNKNOWN = """\
# Not known to dgxops; add what your site has before use:
#   networking.bms_prefix
"""
_UNPLANNED = """\
#   networking.oob_mgmt_prefixlen, oob_other_prefixlen, oob_dgx_prefixlen   (dgxops keeps each network in one subnet)
#   networking.data_mgmt_prefixlen, data_dgx_prefixlen, loopback_prefixlen, edge_prefixlen
"""
_PLANNED = """\
#   networking.oob_other_prefixlen   (power shelves have addresses in the subnets of their racks, as trays do)
#   networking.loopback_prefixlen, edge_prefixlen
"""
_MISSING = """\
#   networking.bgp_btor_asns, bgp_ftor_asns
#   rack_mapping: name of a rack -> its factory serial number
# dgx_type is dgxops' name of the system: no document lists the values that are allowed.
"""
_INFERRED = """\
# Prefix lengths are those of networks.plan: that its /23 are those of DGX racks is inferred.
"""


def artifacts(plant: Plant) -> dict[str, str]:
    """site/siteinfo.yaml."""
    planned = any(network.parts for network in plant.cluster.networks)
    notes = (_UNKNOWN, _PLANNED, _MISSING, _INFERRED) if planned else (_UNKNOWN, _UNPLANNED, _MISSING)
    return {"site/siteinfo.yaml": yaml_text.dump(_data(plant.cluster)) + "".join(notes)}


def _data(cluster: Cluster) -> dict[str, object]:
    subnets = {n.name: str(n.subnet) for n in cluster.networks}
    return {
        "dgx_type": ", ".join(system.id for system in cluster.systems),
        "time_servers": list(cluster.site.ntp_servers),
        "networking": {
            **{key: subnets[name] for key, name in _PREFIXES.items() if name in subnets},
            **{key: length for network in cluster.networks for key, length in _lengths(network)},
        },
    }


def _lengths(network: Network) -> Iterator[tuple[str, int]]:
    """Prefix lengths of the subnets that a plan cuts a network into."""
    if network.parts:
        yield from zip(_LENGTHS[network.name], sorted({p.subnet.prefixlen for p in network.parts}), strict=True)
