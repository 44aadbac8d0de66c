"""Carries changes out: in the order of references, many objects a request; what NetBox refuses is left out alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from dgxops.errors import DgxopsError
from dgxops.netbox.changes import Changes, Failure, Outcome, Update
from dgxops.netbox.client import Refused
from dgxops.netbox.objects import TAG, Found, Kind, Present, Ref, Value, Wanted, cluster_tag

BATCH = 100
"""Objects of one request, which NetBox makes in one transaction."""

_DONE = {"create": "created", "change": "changed", "delete": "deleted", "set": "set", "clear": "cleared"}
"""What is done to an object, and how it is told; management addresses are set on a new device, cleared when gone."""

Payload = dict[str, object]
Say = Callable[[str], None]


class Writer(Protocol):
    """The part of :class:`dgxops.netbox.client.Client` that writes."""

    def create(self, kind: Kind, objects: Sequence[Mapping[str, object]]) -> list[int]:
        """Make all or none; their numbers."""

    def update(self, kind: Kind, objects: Sequence[Mapping[str, object]]) -> None:
        """Change all or none."""

    def delete(self, kind: Kind, ids: Sequence[int]) -> None:
        """Delete all or none."""


def push(changes: Changes, present: Present, wanted: Iterable[Wanted], writer: Writer, say: Say) -> Outcome:
    """Create and change; deletes nothing. What fails is in the outcome, and the rest is done all the same."""
    return _Push(changes, present, wanted, writer, say).run()


def prune(left: Sequence[Found], writer: Writer, say: Say) -> Outcome:
    """Delete what is left over, in the order given; what NetBox refuses to delete stays."""
    work = _Batches(say)
    for kind in dict.fromkeys(f.kind for f in left):
        items = [_Item(kind, f.name, f.ref, {"id": f.id}) for f in left if f.kind is kind]
        work.each(items, "delete", _deleting(writer, kind))
        if work.stopped:
            break
    return work.outcome()


@dataclass(frozen=True, slots=True)
class _Item:
    """One object of a request."""

    kind: Kind
    name: str
    ref: Ref
    payload: Payload


Send = Callable[[Sequence[_Item]], None]


def _deleting(writer: Writer, kind: Kind) -> Send:
    return lambda items: writer.delete(kind, [int(str(i.payload["id"])) for i in items])


class _Batches:
    """Sends items in batches, and takes a batch apart where NetBox refuses some of it."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self.done: dict[str, Counter[Kind]] = {action: Counter() for action in _DONE}
        self.failures: list[Failure] = []
        self.stopped = ""

    def each(self, items: Sequence[_Item], action: str, send: Send) -> None:
        for at in range(0, len(items), BATCH):
            if self.stopped:
                return
            try:
                self._some(items[at : at + BATCH], action, send)
            except DgxopsError as error:
                self.stopped = error.message
        if items:
            kind = items[0].kind
            self._say(f"{_DONE[action]} {self.done[action][kind]} of {kind.count(len(items))}")

    def _some(self, items: Sequence[_Item], action: str, send: Send) -> None:
        """All of them, or as many as NetBox takes."""
        if not items:
            return
        try:
            send(items)
        except Refused as refusal:
            self._apart(items, action, send, refusal)
        else:
            self.done[action][items[0].kind] += len(items)

    def _apart(self, items: Sequence[_Item], action: str, send: Send, refusal: Refused) -> None:
        """Leave out those that NetBox named; where it did not say which, find them by halves."""
        reasons = refusal.reasons if len(refusal.reasons) == len(items) else ()
        named = [bool(r) for r in reasons]
        if len(items) == 1 or refusal.final or (reasons and all(named)):
            whys = reasons or [str(refusal)] * len(items)
            self.failures += [Failure(i.kind, i.name, action, why) for i, why in zip(items, whys, strict=True)]
        elif any(named):
            self.failures += [
                Failure(i.kind, i.name, action, why) for i, why in zip(items, reasons, strict=True) if why
            ]
            self._some([i for i, bad in zip(items, named, strict=True) if not bad], action, send)
        else:
            middle = len(items) // 2
            self._some(items[:middle], action, send)
            self._some(items[middle:], action, send)

    def outcome(self) -> Outcome:
        done = self.done
        return Outcome(done["create"], done["change"], done["delete"], tuple(self.failures), self.stopped)


class _Push:
    """One run; ``_ids`` has the number of everything that is there by now."""

    def __init__(self, changes: Changes, present: Present, wanted: Iterable[Wanted], writer: Writer, say: Say) -> None:
        self._changes, self._writer = changes, writer
        self._work = _Batches(say)
        wanted = tuple(wanted)
        pairs = ((w.ref, present.of(w)) for w in wanted if w.kind is not Kind.MANAGEMENT)
        self._managed = _unchanged(changes, wanted)
        self._ids = {ref: found.id for ref, found in pairs if found}
        ours = changes.cluster
        self._devices = [f for f in present.found.values() if f.kind is Kind.DEVICE and f.belongs_to(ours)]

    def run(self) -> Outcome:
        for kind in Kind:
            self._create([w for w in self._changes.creates if w.kind is kind], kind)
            updates = [u for u in self._changes.updates if u.wanted.kind is kind]
            self._release(updates)
            self._update([u for u in updates if u.have], kind, "change")
            self._update([u for u in updates if not u.have], kind, "set")
            if self._work.stopped:
                break
        return self._work.outcome()

    def _create(self, wanted: Sequence[Wanted], kind: Kind) -> None:
        items = []
        for want in wanted:
            if self._ready(want, [*self._tag_refs(kind), *want.refs()], "create"):
                values = {**want.fields, **want.initial}
                payload = {k: self._value(v) for k, v in values.items() if v is not None and v != ""}
                items.append(_Item(kind, want.name, want.ref, payload | self._tags(kind)))

        def send(part: Sequence[_Item]) -> None:
            numbers = self._writer.create(kind, [i.payload for i in part])
            self._ids |= {i.ref: number for i, number in zip(part, numbers, strict=True)}

        self._work.each(items, "create", send)

    def _update(self, updates: Sequence[Update], kind: Kind, action: str) -> None:
        items = []
        for update in updates:
            want = update.wanted
            device = update.have.id if update.have else self._ids.get(Ref(Kind.DEVICE, want.ref.key))
            values = {**want.initial, **want.fields}
            fields = {name: values[name] for name in update.changes}
            needs = [*(Ref(Kind.TAG, (slug,)) for slug in update.tags), *_refs(fields.values())]
            if device is not None and self._ready(want, needs, action):
                payload: Payload = {"id": device} | {k: self._value(v) for k, v in fields.items()}
                items.append(_Item(kind, want.name, want.ref, payload | self._more_tags(update)))
        self._work.each(items, action, lambda part: self._writer.update(kind, [i.payload for i in part]))

    def _release(self, updates: Sequence[Update]) -> None:
        """NetBox moves no address by which a device is managed, so those that move are taken from their devices first.

        What the devices are managed by instead is among the changes too, and comes last.
        """
        moving = {u.have.id for u in updates if u.have and "assigned_object_id" in u.changes}
        items = []
        for device in self._devices:
            kept = self._managed.get(device.ref.key, ())
            lost = [f for f in ("primary_ip4", "oob_ip") if device.fields.get(f) in moving and f not in kept]
            fields: Payload = dict.fromkeys(lost)
            if fields:
                items.append(_Item(Kind.MANAGEMENT, device.name, device.ref, {"id": device.id} | fields))
        self._work.each(items, "clear", lambda part: self._writer.update(Kind.DEVICE, [i.payload for i in part]))

    def _ready(self, want: Wanted, refs: Iterable[Ref], action: str) -> bool:
        """Whether all that it refers to is there; else that is its failure."""
        lacking = next((r for r in refs if r not in self._ids), None)
        if lacking:
            why = f"waits for {lacking.kind.value} {lacking}"
            self._work.failures.append(Failure(want.kind, want.name, action, why))
        return lacking is None

    def _value(self, value: Value) -> object:
        if isinstance(value, Ref):
            return self._ids[value]
        if isinstance(value, tuple):
            return [{"object_type": "dcim.interface", "object_id": self._ids[ref]} for ref in value]
        return value

    def _tag_refs(self, kind: Kind) -> list[Ref]:
        slugs = () if kind is Kind.TAG else (TAG, cluster_tag(self._changes.cluster))
        return [Ref(Kind.TAG, (slug,)) for slug in slugs]

    def _tags(self, kind: Kind) -> Payload:
        refs = self._tag_refs(kind)
        return {"tags": [self._ids[ref] for ref in refs]} if refs else {}

    def _more_tags(self, update: Update) -> Payload:
        """NetBox takes the whole list: people's tags stay in it."""
        if not update.tags or not update.have:
            return {}
        more = [self._ids[Ref(Kind.TAG, (slug,))] for slug in update.tags]
        return {"tags": [*update.have.tags.values(), *more]}


def _unchanged(changes: Changes, wanted: Iterable[Wanted]) -> dict[tuple[str, ...], set[str]]:
    """Device -> which of its management addresses stay the same object, on whichever of its interfaces."""
    stays = {w.ref.key: set(w.fields) for w in wanted if w.kind is Kind.MANAGEMENT}
    for update in changes.updates:
        if update.wanted.kind is Kind.MANAGEMENT:
            stays[update.wanted.ref.key] -= set(update.changes)
    return stays


def _refs(values: Iterable[Value]) -> list[Ref]:
    return [v for v in values if isinstance(v, Ref)]
