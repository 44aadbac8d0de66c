"""hardware.csv held against itself and the cluster: no MAC twice, each GUID once, and who is still missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from dgxops.check.findings import doubtful, wrong
from dgxops.model.cluster import Cluster
from dgxops.model.finding import Finding
from dgxops.model.hardware import HardwareRecord
from dgxops.model.proof import Proof
from dgxops.render.dhcp.reservations import Reservation, reservations

NAME = "hardware"
_WHAT = {"management": "in-band ports", "oob": "BMCs, switches and PDUs"}


def with_hardware(addresses: Proof, cluster: Cluster) -> Proof:
    """The proof of single use with what hardware.csv says; as it is where there is none."""
    if not cluster.hardware:
        return addresses
    made = reservations(cluster)
    macs, guids = _values(cluster.hardware, "mac"), _values(cluster.hardware, "guid")
    twice = (*_twice("MAC address", macs), *_twice("GUID", guids))
    total = addresses.figures["addresses"]
    end = "none used twice" if addresses.holds and not twice else "some used twice"
    known = sum(bool(r.macs) for r in made)
    return replace(
        addresses,
        statement=f"{total:,} addresses, {len(macs):,} MACs, {len(guids):,} GUIDs, {end}",
        figures={**addresses.figures, "macs": len(macs), "guids": len(guids), "with a mac": known, "dhcp": len(made)},
        findings=(*addresses.findings, *twice, *_missing(made)),
    )


def _values(records: Iterable[HardwareRecord], kind: str) -> list[tuple[str, str]]:
    """MACs or GUIDs, each with the device and port that has it."""
    found = [(str(getattr(p, kind) or ""), f"{r.device} {p.port}") for r in records for p in r.ports]
    found += [(r.guid, r.device) for r in records if kind == "guid" and r.guid]
    return [pair for pair in found if pair[0]]


def _twice(what: str, values: list[tuple[str, str]]) -> Iterator[Finding]:
    holders: dict[str, list[str]] = {}
    for value, holder in values:
        holders.setdefault(value, []).append(holder)
    for value, names in holders.items():
        if len(names) > 1:
            yield wrong(NAME, f"a {what} is used more than once", evidence=f"{value}: {', '.join(names)}",
                        repair="correct hardware.csv")  # fmt: skip


def _missing(made: tuple[Reservation, ...]) -> Iterator[Finding]:
    """A warning a network: without a MAC there is no reservation, and the machine gets no address."""
    for network, what in _WHAT.items():
        names = tuple(r.device for r in made if r.network == network and not r.macs)
        if names:
            yield doubtful(NAME, f"no MAC is known of {what}, so DHCP gives them no address", *names,
                           repair="add rows to hardware.csv")  # fmt: skip
