"""A push from end to end: delete where that was asked for, make devices, then all that stands on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from dgxops.netbox.changes import Changes, Outcome
from dgxops.netbox.objects import Kind, Present, Wanted
from dgxops.netbox.push import Say, Writer, prune, push

Compared = tuple[Changes, Present]


def carry_out(
    compared: Compared,
    compare: Callable[[], Compared],
    wanted: Iterable[Wanted],
    writer: Writer,
    say: Say,
    *,
    pruning: bool = False,
) -> Outcome:
    """Make NetBox agree; ``compare`` looks again.

    That is done after deleting, which frees ports, rack units and addresses; and after making devices of a type of
    others, which NetBox may have given interfaces by itself.

    Raises:
        DgxopsError: NetBox could not be asked again; what was done until then stands.
    """
    done, wanted = Outcome({}, {}, {}), tuple(wanted)
    if pruning and compared[0].left:
        done = prune(compared[0].left, writer, say)
        if done.stopped:
            return done
        compared = compare()
    if _brings_interfaces(compared[0]):
        done = _both(done, push(_up_to_devices(compared[0]), compared[1], wanted, writer, say))
        if done.stopped:
            return done
        compared = compare()
        failed = {(f.kind, f.name) for f in done.failures}
        changes = compared[0]
        creates = tuple(w for w in changes.creates if (w.kind, w.name) not in failed)
        updates = tuple(u for u in changes.updates if (u.wanted.kind, u.wanted.name) not in failed)
        compared = replace(changes, creates=creates, updates=updates), compared[1]
    return _both(done, push(compared[0], compared[1], wanted, writer, say))


def _brings_interfaces(changes: Changes) -> bool:
    """Whether devices are to be made of a type whose templates are not ours."""
    types = {u.wanted.ref for u in changes.used if u.wanted.kind is Kind.TYPE}
    return any(types & set(w.refs()) for w in changes.creates if w.kind is Kind.DEVICE)


def _up_to_devices(changes: Changes) -> Changes:
    order = list(Kind)
    first = set(order[: order.index(Kind.DEVICE) + 1])
    return replace(
        changes,
        creates=tuple(w for w in changes.creates if w.kind in first),
        updates=tuple(u for u in changes.updates if u.wanted.kind in first),
    )


def _both(one: Outcome, two: Outcome) -> Outcome:
    def added(name: str) -> dict[Kind, int]:
        a, b = getattr(one, name), getattr(two, name)
        return {kind: a.get(kind, 0) + b.get(kind, 0) for kind in Kind if kind in a or kind in b}

    failures = (*one.failures, *two.failures)
    return Outcome(added("created"), added("changed"), added("deleted"), failures, two.stopped or one.stopped)
