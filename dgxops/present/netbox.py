"""What a push to NetBox would do, and what it did: alike things on one line."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.text import Text

from dgxops.netbox.changes import Changes, Clash, Outcome, Update
from dgxops.netbox.objects import Kind, Ref
from dgxops.nodeset import fold
from dgxops.present.console import Console

MOST = 6
_FOLDED = (Kind.RACK, Kind.DEVICE)  # kinds whose names are host names or alike
_HOST_LIKE = re.compile(r"[\w.-]+")  # what a node set can fold; a person may have called a device anything
_COLOURS = {"create": "green", "change": "yellow", "clash": "red", "left over": "magenta", "delete": "red"}
FOREIGN = "interfaces that others made"

Goes = Mapping[Ref, int]  # left-over device -> interfaces of others that would go with it


def show(changes: Changes, goes_along: Goes, console: Console, *, pruning: bool) -> None:
    """The whole comparison; its last line says it all."""
    for kind in Kind:
        names = [w.name for w in changes.creates if w.kind is kind]
        if names:
            _line("create", f"{kind.count(len(names))}{_names(kind, names)}", console)
    for kind in Kind:
        _updates(kind, [u for u in changes.shown if u.wanted.kind is kind], console)
    _used(changes, console)
    for clash in changes.clashes:
        _line("clash", _clash(clash), console)
    _left(changes, goes_along, console, pruning=pruning)
    for found, why in changes.kept:
        _line("kept", f"{found.kind.value} {found.name}, left over: {why}", console)
    console.print(Text("\n" + sentence(changes, pruning=pruning), style="bold"), soft_wrap=True)


def sentence(changes: Changes, *, pruning: bool) -> str:
    """What a push would do, in one line."""
    if not (changes.pending or changes.clashes or changes.left or changes.kept):
        return f"NetBox agrees with the design: {changes.same + len(changes.used)} objects"
    parts = [f"{len(changes.creates)} to create", f"{len(changes.shown)} to change", f"{changes.same} as designed"]
    if changes.clashes:
        blocked = sum(len(c.blocks) for c in changes.clashes)
        parts.append(f"{len(changes.clashes)} in the way" + (f" of {blocked} more" if blocked else ""))
    if changes.left:
        parts.append(f"{len(changes.left)} left over" + ("" if pruning else " (--prune deletes them)"))
    if changes.kept:
        parts.append(f"{len(changes.kept)} left over that cannot be deleted")
    return ", ".join(parts)


def show_outcome(outcome: Outcome, console: Console) -> None:
    """What was done, what was not and why; last, what to do about it."""
    folded: dict[tuple[Kind, str, str], list[str]] = defaultdict(list)
    for failure in outcome.failures:
        folded[failure.kind, failure.action, failure.reason].append(failure.name)
    for (kind, action, reason), names in list(folded.items())[: 5 * MOST]:
        _line("failed", f"to {action} {kind.count(len(names))}{_names(kind, names)}: {reason}", console)
    if len(folded) > 5 * MOST:
        _line("failed", f"and {len(folded) - 5 * MOST} more causes (--json has all)", console)
    done = f"{_total(outcome.created)} created, {_total(outcome.changed)} changed, {_total(outcome.deleted)} deleted"
    end = f", {len(outcome.failures)} failed" if outcome.failures else ""
    if outcome.stopped:
        end += f"; stopped: {outcome.stopped}"
    again = "; what was done stands, and a second run does the rest" if outcome.failures or outcome.stopped else ""
    console.print(Text(f"{done}{end}{again}", style="bold"), soft_wrap=True)


def as_data(changes: Changes, outcome: Outcome | None, goes_along: Goes, url: str, version: str) -> dict[str, Any]:
    """JSON-ready: the comparison in full, and what was done (null where nothing was tried)."""
    return {
        "format_version": 1,
        "cluster": changes.cluster,
        "url": url,
        "netbox_version": version,
        "create": [{"kind": w.kind.value, "name": w.name} for w in changes.creates],
        "change": [_update_data(u) for u in changes.shown],
        "used_as_it_is": [
            {"kind": u.wanted.kind.value, "name": u.wanted.name, "differs": dict(u.differs)} for u in changes.used
        ],
        "clashes": [
            {"kind": c.wanted.kind.value, "name": c.wanted.name, "reason": c.reason, "blocks": len(c.blocks)}
            for c in changes.clashes
        ],
        "left_over": [
            {"kind": f.kind.value, "name": f.name, "id": f.id, "interfaces_of_others": goes_along.get(f.ref, 0)}
            for f in changes.left
        ],
        "kept": [{"kind": f.kind.value, "name": f.name, "id": f.id, "reason": why} for f, why in changes.kept],
        "same": changes.same,
        "outcome": _outcome_data(outcome) if outcome else None,
    }


def _update_data(update: Update) -> dict[str, Any]:
    wanted = update.wanted
    return {"kind": wanted.kind.value, "name": wanted.name, "changes": _changed(update), "tags": list(update.tags)}


def _outcome_data(outcome: Outcome) -> dict[str, Any]:
    done = {"created": outcome.created, "changed": outcome.changed, "deleted": outcome.deleted}
    return {
        **{what: {kind.value: n for kind, n in counts.items() if n} for what, counts in done.items()},
        "failures": [
            {"kind": f.kind.value, "name": f.name, "action": f.action, "reason": f.reason} for f in outcome.failures
        ],
        "stopped": outcome.stopped or None,
    }


def _total(counts: Mapping[Kind, int]) -> int:
    return sum(counts.values())


def _line(head: str, text: str, console: Console) -> None:
    line = Text("  ")
    line.append(f"{head:<11}", style=_COLOURS.get(head, ""))
    line.append(text)
    console.print(line, soft_wrap=True)


def _names(kind: Kind, names: Sequence[str]) -> str:
    """ ": a, b" as far as a person reads on; nothing where counting is all one does."""
    if kind in _FOLDED and all(map(_HOST_LIKE.fullmatch, names)):
        return f": {fold(names)}"
    return f": {', '.join(names)}" if len(names) <= MOST else ""


def _changed(update: Update) -> dict[str, dict[str, str]]:
    values = {**update.wanted.initial, **update.wanted.fields}
    return {name: {"from": have, "to": f"{values[name]}"} for name, have in update.changes.items()}


def _updates(kind: Kind, updates: Sequence[Update], console: Console) -> None:
    for update in updates[:MOST]:
        texts = [f"{name} {c['from']} -> {c['to'] or 'nothing'}" for name, c in _changed(update).items()]
        texts += [f"tag {tag}" for tag in update.tags]
        _line("change", f"{kind.value} {update.wanted.name}: {', '.join(texts)}", console)
    if len(updates) > MOST:
        fields = Counter(name for u in updates[MOST:] for name in u.changes)
        what = f": {', '.join(fields)}" if fields else ""
        _line("change", f"and {kind.count(len(updates) - MOST)} more{what} (--json has all)", console)


def _used(changes: Changes, console: Console) -> None:
    by_kind: dict[Kind, list[str]] = defaultdict(list)
    for used in changes.used:
        differs = ", ".join(f"{name} is {have}" for name, have in used.differs.items())
        by_kind[used.wanted.kind].append(used.wanted.name + (f" ({differs})" if differs else ""))
    for kind, names in by_kind.items():
        _line("as it is", f"{kind.count(len(names))} that others made: {_some(names)}", console)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return ", ".join(names[:MOST]) + more


def _clash(clash: Clash) -> str:
    counts = Counter(ref.kind for ref in clash.blocks)
    blocks = f" (holds up {_counts(counts)})" if counts else ""
    return f"{clash.wanted.kind.value} {clash.wanted.name}: {clash.reason}{blocks}"


def _counts(counts: Mapping[Kind, int]) -> str:
    return ", ".join(kind.count(number) for kind, number in counts.items())


def _left(changes: Changes, goes_along: Goes, console: Console, *, pruning: bool) -> None:
    head = "delete" if pruning else "left over"
    for kind in dict.fromkeys(f.kind for f in changes.left):
        names = [f.name for f in changes.left if f.kind is kind]
        _line(head, f"{kind.count(len(names))}{_names(kind, names)}{_along(names, goes_along, kind)}", console)


def _along(names: Iterable[str], goes_along: Goes, kind: Kind) -> str:
    number = sum(goes_along.get(Ref(kind, (name.lower(),)), 0) for name in names)
    one = f"{number} {FOREIGN}".replace("interfaces", "interface") if number == 1 else f"{number} {FOREIGN}"
    return f", and with them {one}" if number else ""
