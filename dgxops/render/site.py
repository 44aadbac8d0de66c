"""For the people at the site: every address, every rack position, and the counts on one page."""

from __future__ import annotations

import json
from collections.abc import Iterator

from dgxops.model.cluster import Cluster
from dgxops.model.node import Host
from dgxops.model.rack import PDU
from dgxops.render import csv_text
from dgxops.render.summary import summary


def artifacts(cluster: Cluster) -> dict[str, str]:
    """site/addresses.csv, site/racks.csv, site/floor.csv and site/summary.json."""
    return {
        "site/addresses.csv": addresses_csv(cluster),
        "site/racks.csv": csv_text.dump(("rack", "rack_unit", "name", "what"), sorted(_racks(cluster))),
        "site/floor.csv": floor_csv(cluster),
        "site/summary.json": summary_json(cluster),
    }


def addresses_csv(cluster: Cluster) -> str:
    """Every address with its holder."""
    return csv_text.dump(("name", "network", "interface", "rail", "address"), _addresses(cluster))


def floor_csv(cluster: Cluster) -> str:
    """Where every rack stands."""
    return csv_text.dump(("row", "place", "rack", "kind", "rack_units"), sorted(_floor(cluster)))


def summary_json(cluster: Cluster) -> str:
    """What ``dgxops show --json`` prints."""
    return json.dumps(summary(cluster), indent=2) + "\n"


def _addresses(cluster: Cluster) -> Iterator[tuple[object, ...]]:
    for host in cluster.hosts:
        for a in host.addresses:
            rail = "" if a.rail is None else a.rail
            yield host.name, a.network, a.interface or a.port, rail, f"{a.ip}/{a.prefix}"
    controllers = [one for fabric in cluster.fabrics for switch in fabric.switches for one in switch.controllers]
    for one in (*controllers, *(one for rack in cluster.racks for one in rack.devices)):
        yield one.device, "oob", one.port, "", f"{one.ip}/{cluster.network('oob').prefix_at(one.ip)}"


def _racks(cluster: Cluster) -> Iterator[tuple[str, int | None, str, str]]:
    """Whatever stands in a rack, by its lowest unit; on the floor there are no units."""
    floor = {rack.name for rack in cluster.racks if rack.is_floor}
    for host in cluster.hosts:
        yield host.rack, None if host.rack in floor else host.rack_unit, host.name, _what(host)
    for fabric in cluster.fabrics:
        for switch in fabric.switches:
            unit = None if switch.rack in floor else switch.rack_unit
            yield switch.rack, unit, switch.name, f"{switch.model} {fabric.name} {switch.tier.value}"
    for rack in cluster.racks:
        yield from ((rack.name, unit, name, PDU if unit else f"{PDU} (zero-U)") for name, unit in rack.pdu_places)
        yield from ((rack.name, fixture.unit, fixture.name, fixture.kind) for fixture in rack.fixtures)


def _what(host: Host) -> str:
    what = host.system.of_a_host if host.system else host.role.value
    return f"{what} ({host.absence.brief})" if host.absence else what


def _floor(cluster: Cluster) -> Iterator[tuple[int, int, str, str, int | None]]:
    """Where the racks stand; row 0 is shared, each other one a scalable unit's (a layout of ours)."""
    return ((r.row, r.place, r.name, r.kind, None if r.is_floor else r.units) for r in cluster.racks)
