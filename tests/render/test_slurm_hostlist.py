"""A hostlist expands to exactly what was folded, in its order, and is what ClusterShell means by it too."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet
from hypothesis import given
from hypothesis import strategies as st

from dgxops.render.hostlist import fold

FOLDED = [
    (["dgx-001"], "dgx-001"),
    (["dgx-001", "dgx-002", "dgx-003"], "dgx-[001-003]"),
    ([f"dgx-{i:03d}" for i in range(1, 129) if i != 32], "dgx-[001-031,033-128]"),
    ([f"dgx-{i:03d}" for i in range(998, 1003)], "dgx-[998-1002]"),
    ([f"dgx-{i:03d}" for i in range(97, 1002)], "dgx-[097-999,1000-1001]"),
    ([f"n{i}" for i in range(8, 12)], "n[8-11]"),
    (["10.0.0.254", "10.0.0.255", "10.0.1.0", "10.0.1.1"], "10.0.0.[254-255],10.0.1.[0-1]"),
    (["a05-dgx-01", "a05-dgx-02", "a06-dgx-03"], "a05-dgx-[01-02],a06-dgx-03"),
    (["b-2", "b-1"], "b-[2,1]"),  # order is kept
    (["x01", "x1"], "x[01,1]"),
    (["alpha", "beta"], "alpha,beta"),
    ([], ""),
]


@pytest.mark.parametrize(("names", "folded"), FOLDED)
def test_folds(names: list[str], folded: str) -> None:
    assert fold(names) == folded


def expanded(hostlist: str) -> Iterator[str]:
    """What Slurm's manual says a hostlist is: one pair of brackets at a name's end, numbers and ranges, zeros kept."""
    for name in re.findall(r"[^,\[]+(?:\[[^]]*\])?", hostlist):
        prefix, _, inner = name.rstrip("]").partition("[")
        for part in inner.split(",") if inner else [""]:
            first, _, last = part.partition("-")
            if not last:
                yield prefix + first
            else:
                yield from (f"{prefix}{number:0{len(first)}d}" for number in range(int(first), int(last) + 1))


prefixes = st.sampled_from(["n", "dgx-", "a1-b", "su01-r02-", "10.0.7."])
widths = st.sampled_from([1, 2, 3])
host_names = st.builds(
    lambda prefix, number, width: f"{prefix}{number:0{width}d}", prefixes, st.integers(0, 1200), widths
)


@given(st.lists(host_names | st.sampled_from(["login", "head"]), unique=True, max_size=60))
def test_expands_to_what_was_folded(names: list[str]) -> None:
    assert list(expanded(fold(names))) == names


@given(prefixes, widths, st.sets(st.integers(0, 12_000), min_size=1, max_size=200))
def test_means_the_same_to_clustershell(prefix: str, width: int, numbers: set[int]) -> None:
    names = [f"{prefix}{number:0{width}d}" for number in sorted(numbers)]
    assert set(NodeSet(fold(names), resolver=RESOLVER_NOGROUP)) == set(names)
