"""Out of band: what must have a cable there, and which of its switches lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from dgxops.check.fabric.view import View
from dgxops.check.findings import doubtful
from dgxops.model.controller import BMC
from dgxops.model.fabric import Endpoint, LinkKind
from dgxops.model.finding import Finding
from dgxops.model.node import PortRole


def ports(view: View) -> Iterator[Endpoint]:
    """Every BMC and BlueField card, management ports of the switches of other fabrics, those of PDUs and fixtures."""
    for host in view.hosts.values():
        ports_ = [p.name for p in host.system.ports_of(PortRole.OOB)] if host.system else [BMC]
        yield from (Endpoint(host.name, name) for name in ports_)
    for switch in view.every.values():
        if switch.management and switch.fabric != view.fabric.name:
            yield Endpoint(switch.name, switch.management)
    yield from (Endpoint(name, port) for name, ports_ in sorted(view.devices.items()) for port in ports_)


def without_uplinks(view: View) -> Iterator[Finding]:
    """A warning a switch; where there is no in-band fabric, none of them can have any."""
    if not any(s.kind == "inband" for s in view.every.values()):
        return
    led = {link.a.device for link in view.fabric.links if link.kind is LinkKind.OOB_INBAND}
    for switch in view.fabric.switches:
        if switch.name not in led:
            yield doubtful("cabled", "an out-of-band switch has no uplink", switch.name,
                           evidence=f"{switch.name}: the in-band leaves have no port left for it",
                           repair="join it by hand to another out-of-band switch, or ask for fewer login nodes",
                           )  # fmt: skip
