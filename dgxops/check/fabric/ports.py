"""Ports: within what a switch has, used once, there at all, and every one that must have a cable has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from dgxops.check.fabric import managed
from dgxops.check.fabric.view import View
from dgxops.check.findings import wrong
from dgxops.model.fabric import OUT_OF_BAND, Endpoint, Link, LinkKind, Switch
from dgxops.model.finding import Finding
from dgxops.model.proof import Proof

ENDPOINTS = "endpoints"
_BEHIND = (LinkKind.OOB_INBAND, LinkKind.UFM)
"""Links that may be on ports behind the radix."""
_REPAIRS = {OUT_OF_BAND: "cable it to a free port of an out-of-band switch"}


def ends(link: Link) -> tuple[Endpoint, Endpoint]:
    return link.a, link.z


def budget(views: Sequence[View]) -> Proof:
    """Every port of a switch, or the port that a lane belongs to, is a number from 1 to its radix.

    A link that leaves the fabric may be on the faster ports behind it, one of UFM on the port for UFM alone.
    The management port has no number.
    """
    used = sum(v.switch(e) is not None for v in views for link in v.fabric.links for e in ends(link))
    have = sum(s.radix for v in views for s in v.fabric.switches)
    findings = tuple(f for v in views for f in _beyond(v))
    return Proof(
        "ports",
        f"{used - len(findings):,} of {used:,} cabled switch ports within budget",
        {"cabled": used, "within": used - len(findings), "have": have},
        findings,
    )


def _beyond(view: View) -> Iterator[Finding]:
    for link in view.fabric.links:
        for end in ends(link):
            switch = view.switch(end)
            last = switch.ports if switch and link.kind in _BEHIND else switch.radix if switch else 0
            if switch and not _is_port(view, switch, end, last):
                text = f"{link.id}: {switch.model} has ports 1 to {last}"
                yield wrong("ports", "a cable ends on a port that the switch does not have", end.device, evidence=text,
                            repair="move the cable to a free port of this switch")  # fmt: skip


def _is_port(view: View, switch: Switch, end: Endpoint, last: int) -> bool:
    if end.port == switch.management and view.fabric.out_of_band and switch.fabric != view.fabric.name:
        return True
    return end.cage.isdecimal() and 1 <= int(end.cage) <= last


def single_use(views: Sequence[View]) -> Proof:
    """No port holds two cables, over all fabrics: a host port serves one of them only."""
    at: dict[Endpoint, list[Link]] = {}
    for view in views:
        for link in view.fabric.links:
            for end in ends(link):
                at.setdefault(end, []).append(link)
    findings = tuple(_twice(end, links) for end, links in at.items() if len(links) > 1)
    cables = sum(len(v.fabric.links) for v in views)
    return Proof(
        "single use",
        f"{cables:,} cables on {len(at):,} ports, {len(findings):,} of them used twice"
        if findings
        else f"{cables:,} cables on {len(at):,} ports, none used twice",
        {"cables": cables, "ports": len(at), "twice": len(findings)},
        findings,
    )


def _twice(end: Endpoint, links: list[Link]) -> Finding:
    text = f"port {end.port} of {end.device}: {' and '.join(link.id for link in links)}"
    return wrong("single use", "a port holds more than one cable", end.device, evidence=text,
                 repair="move all but one of them to a free port")  # fmt: skip


def endpoints(views: Sequence[View]) -> Proof:
    """Both ends of a cable are devices of the cluster, with a port of that name and for that fabric."""
    findings = tuple(f for v in views for f in _nowhere(v))
    total = sum(2 * len(v.fabric.links) for v in views)
    devices = {e.device for v in views for link in v.fabric.links for e in ends(link)}
    return Proof(
        ENDPOINTS,
        f"{total - len(findings):,} of {total:,} cable ends meet ports of {len(devices):,} devices",
        {"ends": total, "devices": len(devices), "without": len(findings)},
        findings,
    )


def _nowhere(view: View) -> Iterator[Finding]:
    for link in view.fabric.links:
        for end in ends(link):
            fault = _fault(view, end)
            if fault:
                yield wrong(ENDPOINTS, fault, end.device, evidence=link.id, repair="name a port of this fabric")


def _fault(view: View, end: Endpoint) -> str:
    """Why the end is none; machines without a catalogue entry (UFM, heads) may name their ports as they like."""
    if view.switch(end):
        return ""
    if view.fabric.out_of_band and end.device in view.devices:
        return "" if end.port in view.devices[end.device] else "a cable ends on a port that the device does not have"
    host = view.hosts.get(end.device)
    if host is None:
        return "a cable ends on a device that is not in the cluster"
    if host.system is None:
        return ""
    port = view.host_port(end)
    if port is None:
        return f"a cable ends on a port that {host.system.name} does not have"
    if port.role.value not in view.fabric.serves:
        return f"a cable of the {view.fabric.name} fabric ends on a port for {port.role.value}"
    return ""


def cabled(views: Sequence[View]) -> Proof:
    """Every port that is there for a fabric has a cable of it; an out-of-band switch without uplinks is a warning."""
    findings: list[Finding] = []
    have: Counter[str] = Counter()
    for view in views:
        met = {end for link in view.fabric.links for end in ends(link)}
        wanted = [*managed.ports(view)] if view.fabric.out_of_band else _wanted(view)
        have[view.fabric.name] = len(wanted)
        findings += [_bare(view, end) for end in wanted if end not in met]
    total, bare = sum(have.values()), len(findings)
    kinds = ", ".join(have) or "fabric"
    return Proof(
        "cabled",
        f"{total - bare:,} of {total:,} ports cabled ({kinds})",
        {"ports": total, "bare": bare},
        (*findings, *(lonely for view in views if view.fabric.out_of_band for lonely in managed.without_uplinks(view))),
    )


def _wanted(view: View) -> list[Endpoint]:
    return [
        Endpoint(host.name, lane)
        for host in view.hosts.values()
        if host.system
        for port in host.system.ports
        if port.role.value in view.fabric.serves
        for lane in _lanes(port.name, view.fabric.planes)
    ]


def _lanes(port: str, planes: int) -> list[str]:
    """The port, or its lanes where each meets a plane."""
    return [f"{port}/{plane}" for plane in range(1, planes + 1)] if planes > 1 else [port]


def _bare(view: View, end: Endpoint) -> Finding:
    return wrong("cabled", f"a {view.fabric.name} port has no cable", end.device, evidence=f"{end.device}: {end.port}",
                 repair=_REPAIRS.get(view.fabric.name, "cable it to the leaf of its rail"))  # fmt: skip
