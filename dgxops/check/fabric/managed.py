"""Out of band: everything with a management port is on a switch of the out-of-band fabric, and that can be reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dgxops.check.fabric.view import View
from dgxops.check.findings import doubtful, many, wrong
from dgxops.model.fabric import Endpoint, LinkKind
from dgxops.model.finding import Finding
from dgxops.model.node import PortRole
from dgxops.model.proof import Proof
from dgxops.model.rack import DEVICE_PORT

NAME = "out of band"
BMC = "BMC"


def out_of_band(views: Sequence[View]) -> Proof:
    """Every BMC, management port, PDU and fixture has its cable; a switch that leads nowhere is a warning.

    Where there is no in-band fabric, no switch can be joined to it.
    """
    view = next((v for v in views if v.fabric.out_of_band), None)
    if view is None:
        return Proof(NAME, "nothing to prove: there is no out-of-band fabric", proved=False)
    met = {link.a for link in view.fabric.links}
    wanted = tuple(_wanted(view))
    bare = [_bare(end) for end in wanted if end not in met]
    switches = many(len(view.fabric.switches), "switch", "switches")
    alone = _alone(view)
    inband = any(s.fabric == "inband" for s in view.every.values())
    end = f"{len(alone)} without an uplink" if alone else "all with uplinks"
    text = f"{len(wanted) - len(bare):,} of {len(wanted):,} management ports on {switches}"
    return Proof(
        NAME,
        f"{text}, {end if inband else 'not joined'}",
        {"ports": len(wanted), "bare": len(bare), "switches": len(view.fabric.switches), "alone": len(alone)},
        (*bare, *(map(_lonely, alone) if inband else ())),
    )


def _wanted(view: View) -> Iterator[Endpoint]:
    for host in view.hosts.values():
        bmcs = [p.name for p in host.system.ports_of(PortRole.OOB)] if host.system else [BMC]
        yield from (Endpoint(host.name, name) for name in bmcs)
    for switch in view.every.values():
        if switch.management and switch.fabric != view.fabric.name:
            yield Endpoint(switch.name, switch.management)
    yield from (Endpoint(name, DEVICE_PORT) for name in sorted(view.devices))


def _alone(view: View) -> list[str]:
    """Switches without an uplink."""
    led = {link.a.device for link in view.fabric.links if link.kind is LinkKind.OOB_INBAND}
    return [s.name for s in view.fabric.switches if s.name not in led]


def _bare(end: Endpoint) -> Finding:
    return wrong(NAME, "a management port has no cable", end.device, evidence=f"{end.device}: {end.port}",
                 repair="cable it to a free port of an out-of-band switch")  # fmt: skip


def _lonely(switch: str) -> Finding:
    return doubtful(NAME, "an out-of-band switch has no uplink", switch,
                    evidence=f"{switch}: the in-band leaves have no port left for it",
                    repair="join it by hand to another out-of-band switch, or ask for fewer login nodes")  # fmt: skip
