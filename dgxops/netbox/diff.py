"""Wanted objects × what NetBox has → what is to be done. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from dgxops.netbox.changes import Changes, Clash, Update, Used
from dgxops.netbox.objects import SHARED, TAG, Found, Kind, Present, Ref, Value, Wanted, cluster_tag

IMPOSED = ("failed", "decommissioning")
"""States of a device that the design alone gives and takes; all others are people's once the device is there."""


def diff(wanted: Sequence[Wanted], present: Present, cluster: str) -> Changes:
    """Compare; nothing that does not carry the cluster's tag is ever among the changes."""
    return _Comparison(wanted, present, cluster).changes()


class _Comparison:
    """One pass over the wanted objects, which come in the order of their references."""

    def __init__(self, wanted: Sequence[Wanted], present: Present, cluster: str) -> None:
        self._wanted, self._present, self._cluster = wanted, present, cluster
        self._creates: list[Wanted] = []
        self._updates: list[Update] = []
        self._used: list[Used] = []
        self._clashes: dict[Ref, tuple[Wanted, str, list[Ref]]] = {}
        self._cause: dict[Ref, Ref] = {}  # what cannot be had -> the clash it is for
        self._ids: dict[Ref, int] = {}
        self._matched: set[int] = set()  # ids of Python, of what was found and is wanted
        self._same = 0
        self._owned_cables = {f.id: f for f in present.found.values() if f.kind is Kind.CABLE and self._ours(f)}

    def changes(self) -> Changes:
        for want in self._wanted:
            self._compare(want)
        clashes = tuple(Clash(want, why, tuple(blocks)) for want, why, blocks in self._clashes.values())
        left = list(self._left())
        kept = in_use(left, self._present.found.values(), self._cluster)
        return Changes(
            self._cluster,
            tuple(self._creates),
            tuple(self._updates),
            clashes,
            tuple(self._used),
            tuple(f for f in left if f.ref not in kept),
            tuple((f, kept[f.ref]) for f in left if f.ref in kept),
            self._same,
        )

    def _ours(self, found: Found) -> bool:
        return found.belongs_to(self._cluster)

    def _compare(self, want: Wanted) -> None:
        if want.kind is Kind.MANAGEMENT:
            self._management(want)
            return
        found = self._present.of(want)
        if found:
            self._matched.add(id(found))
        if self._blocked(want):
            return
        if found is None:
            self._missing(want)
        elif want.given or want.kind is Kind.TAG:
            self._ids[want.ref] = found.id
            self._same += 1
        elif self._ours(found):
            self._held(want, found)
        elif want.kind in SHARED:
            self._ids[want.ref] = found.id
            self._used.append(Used(want, self._differences(want.fields, found)))
        else:
            self._clash(want, _strange(want, found, self._cluster))

    def _blocked(self, want: Wanted) -> bool:
        for ref in want.refs():
            cause = self._cause.get(ref)
            if cause:
                self._cause[want.ref] = cause
                self._clashes[cause][2].append(want.ref)
                return True
        return False

    def _clash(self, want: Wanted, reason: str) -> None:
        self._cause[want.ref] = want.ref
        self._clashes[want.ref] = (want, reason, [])

    def _missing(self, want: Wanted) -> None:
        if want.given:
            self._clash(want, "NetBox has no such site; --site takes the slug of one that is there")
        elif occupied := self._occupied(want):
            self._clash(want, occupied)
        else:
            self._creates.append(want)

    def _occupied(self, want: Wanted) -> str:
        """Why a cable finds no place; empty where both its ports are free."""
        for ref in want.refs() if want.kind is Kind.CABLE else ():
            port = self._present.found.get(ref)
            held = port.fields.get("cable") if port else None
            if held in self._owned_cables:
                return f"{ref} still holds {self._owned_cables[held].name}, which the design has no more: --prune"
            if held is not None:
                return f"{ref} holds a cable that others made (number {held})"
            if port and port.fields.get("mark_connected"):
                return f"{ref} is marked as connected in NetBox"
        return ""

    def _held(self, want: Wanted, found: Found) -> None:
        self._ids[want.ref] = found.id
        changes = self._differences(want.fields, found)
        if want.kind is Kind.DEVICE and "status" in want.initial and found.fields.get("status") in IMPOSED:
            changes["status"] = str(found.fields["status"])
        tags = tuple(t for t in (TAG, cluster_tag(self._cluster)) if t not in found.tags)
        if changes or tags:
            self._updates.append(Update(want, found, changes, tags))
        else:
            self._same += 1

    def _management(self, want: Wanted) -> None:
        """Addresses that clash are left out here: the clash is told where it is."""
        device = Ref(Kind.DEVICE, want.ref.key)
        fields = {k: v for k, v in want.fields.items() if v not in self._cause}
        if device in self._cause or not fields:
            return
        want, found = Wanted(want.ref, fields), self._present.found.get(device)
        changes = self._differences(fields, found) if found else dict.fromkeys(fields, "nothing")
        if changes:
            self._updates.append(Update(want, found, changes))

    def _differences(self, fields: Mapping[str, Value], found: Found) -> dict[str, str]:
        """Field -> what NetBox has, where that is not what is wanted."""
        return {
            name: _words(name, value, found.fields.get(name))
            for name, value in fields.items()
            if not self._agrees(value, found.fields.get(name))
        }

    def _agrees(self, want: Value, have: object) -> bool:
        if isinstance(want, Ref):
            return have is not None and self._ids.get(want) == have
        if want is None or want == "":
            return have in (None, "")
        if isinstance(want, int | float) and isinstance(have, int | float | str):
            return _number(have) == want
        return want == have

    def _left(self) -> Iterator[Found]:
        """What carries the cluster's tag and is not wanted, last made first; tags stay."""
        order = list(Kind)
        left = [f for f in self._present.found.values() if self._ours(f) and id(f) not in self._matched]
        yield from sorted(left, key=lambda f: (-order.index(f.kind), f.name))


def _words(name: str, want: Value, have: object) -> str:
    """What NetBox has, in a person's words: of another object its number alone is known."""
    if have in (None, ""):
        return "nothing"
    return f"another {name}" if isinstance(want, Ref) else f"{have}"


def _number(value: float | str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _strange(want: Wanted, found: Found, cluster: str) -> str:
    """Why what is there cannot be used, and what a person may do."""
    if want.kind is Kind.SITE:
        return f"others made it; to put the cluster into it say --site {found.ref}"
    return f"others made it; rename it, or hand it over by giving it the tag {cluster_tag(cluster)}"


def in_use(left: Sequence[Found], present: Iterable[Found], cluster: str) -> dict[Ref, str]:
    """What cannot be deleted without deleting or cutting what others made -> what that is.

    An interface of others that has neither cable nor address, tag nor description may as well be one that NetBox made
    from the device's type: it is no reason to keep a device.
    """
    things = tuple(present)
    ours = {f.id for f in things if f.kind is Kind.CABLE and f.belongs_to(cluster)}
    addressed = {
        f.fields.get("assigned_object_id") for f in things if f.kind is Kind.ADDRESS and not f.belongs_to(cluster)
    }
    candidates = {f.ref for f in left}
    kept: dict[Ref, str] = {}
    for port in (f for f in things if f.kind is Kind.INTERFACE):
        strange = not port.belongs_to(cluster)
        cabled = port.fields.get("cable") is not None and port.fields.get("cable") not in ours
        said = strange and bool(port.tags or port.fields.get("description"))
        if cabled or said or port.id in addressed:
            what = f"interface {port.name} has a cable, an address or words that others gave it"
            kept |= {ref: what for ref in (port.ref, Ref(Kind.DEVICE, port.ref.key[:1])) if ref in candidates}
    return kept


def left_over_holds(changes: Changes, present: Iterable[Found]) -> dict[Ref, int]:
    """Left-over devices -> how many interfaces that others made would go with them."""
    left = {f.ref for f in changes.left if f.kind is Kind.DEVICE}
    counts: dict[Ref, int] = {}
    for found in present:
        device = Ref(Kind.DEVICE, found.ref.key[:1])
        if found.kind is Kind.INTERFACE and device in left and not found.belongs_to(changes.cluster):
            counts[device] = counts.get(device, 0) + 1
    return counts
