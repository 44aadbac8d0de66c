"""Slurm's files are read as Slurm reads them, and whatever they hold, nothing raises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgxops.check.slurm.config import FILES
from dgxops.check.slurm.hostlist import NotAHostlist, expand
from dgxops.check.slurm.lint import lint
from dgxops.check.slurm.text import parse
from dgxops.check.slurm.truth import Truth
from dgxops.render.hostlist import fold


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("A=1", [("A", "1")]),
        ("  A = 1   B=2  ", [("A", "1"), ("B", "2")]),
        ('A="x y" B=z', [("A", "x y"), ("B", "z")]),
        ("A=1 # B=2", [("A", "1")]),
        (r"A=x\#y", [("A", "x#y")]),
        ("A=1 \\\n  B=2", [("A", "1"), ("B", "2")]),
        ("A=1 \\ \nB=2", [("A", "1"), ("B", "2")]),
        ("Flags+=x", [("Flags", "x")]),
        ("Host=head(10.0.0.1)", [("Host", "head(10.0.0.1)")]),
    ],
)
def test_a_line_is_its_pairs(text: str, pairs: list[tuple[str, str]]) -> None:
    file = parse("f", text)
    assert file.faults == ()
    assert [list(line.pairs) for line in file.lines] == [pairs]


def test_a_line_is_known_by_where_it_begins() -> None:
    file = parse("f", "\n# nothing\nA=1 \\\nB=2\nC=3\n")
    assert [line.place for line in file.lines] == ["f:3", "f:5"]


def test_keys_do_not_regard_case_and_the_last_counts() -> None:
    assert parse("f", "NODENAME=a RealMemory=1 realmemory=2").lines[0].values == {"nodename": "a", "realmemory": "2"}


@pytest.mark.parametrize("text", ["Include /etc/x", "include\tx", "no pair here", "A=", "A=1 junk", "=1"])
def test_what_cannot_be_read_is_said(text: str) -> None:
    assert [f.place for f in parse("f", text).faults] == ["f:1"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        ("a", ["a"]),
        ("a,b", ["a", "b"]),
        ("n[1-3]", ["n1", "n2", "n3"]),
        ("n[08-11,3]", ["n08", "n09", "n10", "n11", "n3"]),
        ("n[2,2]", ["n2", "n2"]),
        ("r[1-2]-n[1-2]", ["r1-n1", "r1-n2", "r2-n1", "r2-n2"]),
        ("/dev/nvidia[0-1]", ["/dev/nvidia0", "/dev/nvidia1"]),
    ],
)
def test_a_hostlist_is_its_names_in_order(text: str, names: list[str]) -> None:
    assert list(expand(text)) == names


@pytest.mark.parametrize(
    "text", ["n[1-", "n1]", "n[]", "n[3-1]", "n[1-2", "@all", "n;rm", "n[0-9999999]", "n[1-999]x[1-999]", "n[[1]]"]
)
def test_what_is_no_hostlist_is_refused(text: str) -> None:
    with pytest.raises(NotAHostlist):
        expand(text)


@given(st.lists(st.from_regex(r"[a-z]{1,3}(-[0-9]{1,4})?", fullmatch=True)))
def test_what_render_folds_comes_back(names: list[str]) -> None:
    assert list(expand(fold(names))) == names


@given(st.dictionaries(st.sampled_from(FILES), st.text(alphabet="aN=[]-,# \\\n\"'{}:1\t&*", max_size=80)))
def test_no_text_breaks_the_linter(texts: dict[str, str]) -> None:
    for version in ((23, 11), (25, 11)):
        assert lint(texts, version, Truth())


WORDS = st.sampled_from(
    (
        *("NodeName=", "n[1-3]", "Nodes=", "SwitchName=", "BlockName=", "BlockSizes=", "Switches=", "s1", "s2", " "),
        *("TopologyPlugin=topology/tree\n", "TopologyPlugin=topology/block\n", "PartitionName=", "ALL", "1,2", "\n"),
    )
)


@given(st.dictionaries(st.sampled_from(FILES[:4]), st.lists(WORDS, max_size=12).map("".join)))
def test_no_half_written_file_breaks_the_linter(texts: dict[str, str]) -> None:
    assert lint(texts, (24, 11), Truth())
