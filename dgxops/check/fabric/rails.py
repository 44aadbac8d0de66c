"""Rail purity: port k of every node of a unit meets the leaf of rail k of that unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dgxops.check.fabric.view import View
from dgxops.check.findings import wrong
from dgxops.model.fabric import Endpoint, Link, Switch
from dgxops.model.finding import Finding
from dgxops.model.node import HostPort
from dgxops.model.proof import Proof


def rails(views: Sequence[View]) -> Proof:
    """Only fabrics whose leaves have rails are held to it; a leaf with unit 0 serves all units."""
    total, findings = 0, []
    for view in views:
        if not any(s.rail is not None and s.su for s in view.fabric.switches):
            continue
        for end, switch, link in view.downlinks():
            port = view.host_port(end)
            if port and port.rail is not None:
                total += 1
                findings += list(_impure(view, end, port, switch, link))
    if not total:
        return Proof("rails", "nothing to prove: no leaf serves one rail", proved=False)
    return Proof(
        "rails",
        f"{total - len(findings):,} of {total:,} node cables meet the leaf of rail and unit",
        {"cables": total, "pure": total - len(findings)},
        tuple(findings),
    )


def _impure(view: View, end: Endpoint, port: HostPort, switch: Switch, link: Link) -> Iterator[Finding]:
    host = view.hosts[end.device]
    if switch.rail == port.rail and switch.su in (0, host.su):
        return
    text = f"{link.id}: rail {port.rail} of unit {host.su} meets rail {switch.rail} of unit {switch.su}"
    yield wrong("rails", "a node's cable meets the leaf of another rail or unit", end.device, evidence=text,
                repair="swap it to the leaf of its own rail and unit")  # fmt: skip
