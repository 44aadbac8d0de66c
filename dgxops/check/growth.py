"""Growth: what stood at the last commit is there, and keeps its name, its addresses, its cables and its place."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from dgxops.check.findings import doubtful, wrong
from dgxops.check.git import Committed
from dgxops.model.finding import Finding
from dgxops.model.proof import Proof

Slot = tuple[str, str, str]  # holder, network, rail: what has an address
Port = tuple[str, str]  # device, port
Places = Mapping[str, tuple[str, str]]  # device -> rack, unit; or rack -> row, place on the floor


class Unreadable(ValueError):
    """A committed file is not what render writes."""


@dataclass(frozen=True, slots=True)
class Stood:
    """One render: the address of every slot, both ways of every cable, and where devices and their racks stand.

    ``kinds`` are the medium and length of every cable by its ends, with the racks of these.
    """

    addresses: Mapping[Slot, str]
    cables: Mapping[Port, Port]
    places: Places
    floor: Places
    kinds: Mapping[tuple[Port, Port], tuple[str, str, str]]  # ends -> what to order, rack, rack

    @property
    def devices(self) -> set[str]:
        return {name for name, _, _ in self.addresses} | {name for name, _ in self.cables}


def growth(committed: Committed, artifacts: Mapping[str, str], plain: Set[str] = frozenset()) -> Proof:
    """What moved since the last commit or is gone, as warnings: it must be done by hand, and may be meant.

    Another address is an error: no growth needs it, and a wider subnet moves them all by a slip.

    ``plain`` are the devices of plain groups, which have no `grow_to`.
    """
    if not committed.files:
        return Proof("growth", f"no committed render to compare with ({committed.why})", proved=False)
    try:
        before, after = stood(committed.files), stood({p: artifacts[p] for p in committed.files if p in artifacts})
    except Unreadable as error:
        why = f"the render of commit {committed.commit} cannot be read: {error}"
        return Proof("growth", why, proved=False)
    both = before.devices & after.devices
    renamed = dict(_renames(before, after))
    moves = (
        *_renamed(renamed),
        *_readdressed(before, after),
        *_recabled(before, after, both, plain),
        *_moved(before, after),
        *_relengthened(before, after),
    )
    gone = tuple(_gone(sorted(before.devices - after.devices - renamed.keys())))
    end = ("none moved" if not moves else f"{len(moves):,} moves") + (f", {len(gone):,} gone" if gone else "")
    figures: dict[str, int | float | str] = {
        "devices": len(both),
        "moved": len(moves),
        "gone": len(gone),
        "commit": committed.commit,
    }
    statement = f"{len(both):,} devices stand since {committed.commit}, {end}"
    return Proof("growth", statement, figures, (*gone, *moves))


def stood(files: Mapping[str, str]) -> Stood:
    """Read what render wrote, by the names of the columns.

    Raises:
        Unreadable: a column is missing.
    """
    addresses: dict[Slot, str] = {}
    cables: dict[Port, Port] = {}
    places: dict[str, tuple[str, str]] = {}
    for row in _rows(files, "site/addresses.csv", ("name", "network", "rail", "interface", "address")):
        addresses[row["name"], row["network"], row["rail"] or row["interface"]] = row["address"]
    kinds: dict[tuple[Port, Port], tuple[str, str, str]] = {}
    for row in _rows(files, "cabling/cables.csv", _OF_CABLES):
        a, z = (row["a_name"], row["a_port"]), (row["z_name"], row["z_port"])
        cables |= {a: z, z: a}
        places |= {row["a_name"]: (row["a_rack"], row["a_u"]), row["z_name"]: (row["z_rack"], row["z_u"])}
        kinds[a, z] = f"{row['media']} of {row['length_class']} m", row["a_rack"], row["z_rack"]
    floor = {r["rack"]: (r["row"], r["place"]) for r in _rows(files, "site/floor.csv", ("row", "place", "rack"))}
    return Stood(addresses, cables, places, floor, kinds)


_OF_CABLES = ("a_name", "a_port", "a_rack", "a_u", "z_name", "z_port", "z_rack", "z_u", "media", "length_class")


def _rows(files: Mapping[str, str], path: str, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(files.get(path, ",".join(columns))))
    missing = set(columns) - set(reader.fieldnames or ())
    if missing:
        raise Unreadable(f"{path} has no column {', '.join(sorted(missing))}")
    yield from reader


def _renames(before: Stood, after: Stood) -> Iterator[tuple[str, str]]:
    """Old and new name of what kept an address under another name, where both names are there once only."""
    gone, new = before.devices - after.devices, after.devices - before.devices
    holders = {(slot[1], address): slot[0] for slot, address in after.addresses.items()}
    for (name, network, _), address in before.addresses.items():
        other = holders.get((network, address))
        if name in gone and other in new:
            yield name, other


def _renamed(renamed: Mapping[str, str]) -> Iterator[Finding]:
    for old, new in renamed.items():
        yield doubtful("growth", "a device has another name", new, evidence=f"{old} is now {new}",
                       repair="keep `naming` as it was, or rename the device by hand")  # fmt: skip


def _readdressed(before: Stood, after: Stood) -> Iterator[Finding]:
    for slot, address in before.addresses.items():
        now = after.addresses.get(slot, address)
        if now != address:
            yield wrong("growth", f"a device has another {slot[1]} address", slot[0],
                        evidence=f"{slot[0]}: {address} is now {now}",
                        repair="keep the subnets and the nodes before it as they were; a move that is meant is "
                        "committed as rendered, and `check` compares with that from then on")  # fmt: skip


def _gone(names: list[str]) -> Iterator[Finding]:
    """One a device: what has no name, address and cable any more is to be taken out, or was lost by mistake."""
    for name in names:
        yield doubtful("growth", "a device is gone", name, evidence=f"{name} is there no more",
                       repair="take it out of its rack by hand; what is only away belongs under `absent`")  # fmt: skip


def _recabled(before: Stood, after: Stood, both: set[str], plain: Set[str]) -> Iterator[Finding]:
    """Ports of standing devices whose cable goes elsewhere now, or nowhere; each cable is told once."""
    told: set[Port] = set()
    for port, other in before.cables.items():
        now = after.cables.get(port)
        if now == other or port in told or port[0] not in both or other[0] not in both:
            continue
        told.add(other)
        where = f"to {now[0]}:{now[1]}" if now else "unplugged"
        yield doubtful("growth", "a cable between standing devices is recabled", port[0],
                       evidence=f"{port[0]}:{port[1]} to {other[0]}:{other[1]} is now {where}",
                       repair=_PLAIN if port[0] in plain else _SIZED)  # fmt: skip


_SIZED = "recable by hand; `grow_to` in the spec sizes the upper tiers once"
_PLAIN = (
    "recable by hand: the fabric of a plain group is as large as its `nodes`; `fabric` names a switch with more ports"
)


def _moved(before: Stood, after: Stood) -> Iterator[Finding]:
    """Devices in their racks, and racks on the floor."""
    yield from _elsewhere(before.places, after.places, "a device stands elsewhere", "rack {} unit {}",
                          "move it by hand, or keep its rack as it was")  # fmt: skip
    yield from _elsewhere(before.floor, after.floor, "a rack stands elsewhere on the floor", "row {} place {}",
                          "move it by hand; or keep the units, and the groups in their order")  # fmt: skip


def _elsewhere(before: Places, after: Places, message: str, form: str, repair: str) -> Iterator[Finding]:
    for name, place in before.items():
        now = after.get(name, place)
        if now != place:
            evidence = f"{name}: {form.format(*place)} is now {form.format(*now)}"
            yield doubtful("growth", message, name, evidence=evidence, repair=repair)


def _relengthened(before: Stood, after: Stood) -> Iterator[Finding]:
    """Cables that stay at both ends and are of another medium or length, by the racks that they join."""
    changed = Counter(
        (after.kinds[ends][1:], kind[0], after.kinds[ends][0])
        for ends, kind in before.kinds.items()
        if ends in after.kinds and after.kinds[ends][0] != kind[0]
    )
    for ((a, z), old, new), count in changed.items():
        yield doubtful("growth", "cables that stay are of another medium or length", *dict.fromkeys((a, z)),
                       evidence=f"{a} to {z}: {count:,} of {old}, now {new}",
                       repair="measure, and order anew what is too short")  # fmt: skip
