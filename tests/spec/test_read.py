"""Laws of reading: nothing is lost, everything has its place, nothing makes it fail."""

from __future__ import annotations

import json
import string
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dgxops.spec import document
from dgxops.spec.document import resolve
from dgxops.spec.read import parse

YAML_LIKE = st.text(alphabet="ab:-,[]{}&*!|>'\"%@`#? \n\t\\~<=01.", max_size=80)
PRINTABLE = st.text(alphabet=string.printable.replace("\x0b", "").replace("\x0c", "") + "äß日本😀", max_size=40)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | PRINTABLE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PRINTABLE, inner, max_size=4),
    max_leaves=12,
)


def read_back(text: str) -> Any:
    root, problems = parse("f", text.encode())
    assert problems == []
    assert root is not None
    return document.plain(root)


@given(st.binary(max_size=200) | YAML_LIKE.map(str.encode))
def test_anything_gives_a_document_or_problems_with_their_place(data: bytes) -> None:
    root, problems = parse("f", data)
    assert root is not None or problems
    lines = data.count(b"\n") + data.count(b"\r") + data.count("\x85".encode()) + 2
    assert all(p.message and 0 <= p.line <= lines and p.column >= 0 for p in problems)


@given(st.dictionaries(PRINTABLE, PLAIN, max_size=5))
def test_what_another_yaml_writer_wrote_reads_back(data: dict[str, Any]) -> None:
    assert read_back(yaml.safe_dump(data, allow_unicode=True)) == data


@given(st.from_regex(r"[-+]?[0-9.]{1,4}([eE][-+]?[0-9]{1,3})?", fullmatch=True))
def test_text_like_a_number_that_another_yaml_writer_wrote_reads_back(text: str) -> None:
    assert read_back(yaml.safe_dump({"a": text})) == {"a": text}


@given(PRINTABLE)
def test_text_in_quotes_is_that_text(text: str) -> None:
    assert read_back(f"a: {json.dumps(text, ensure_ascii=False)}") == {"a": text}


@pytest.mark.parametrize(
    "word",
    [
        "NO",
        "yes",
        "on",
        "0755",
        "11:22:33:44:55:10",
        "012345",
        "2024-02-30",
        "0x1F",
        "1_000",
        ".inf",
        "1.0e+999",
        "0E0",
        "1e999",
        "1.5e3",
        "-.5",
    ],
)
def test_what_one_version_of_yaml_would_have_changed_stays_text(word: str) -> None:
    assert read_back(f"a: {word}") == {"a": word}


@given(st.from_regex(r"[-+]?(0|[1-9][0-9]{0,16})(\.[0-9]{1,4})?", fullmatch=True))
def test_a_number_remembers_how_it_was_written(text: str) -> None:
    value: Any = resolve(text)
    assert value == (float(text) if "." in text else int(text))
    assert value.text == text


def test_values_and_keys_have_the_places_they_were_written_at() -> None:
    root, _ = parse("f", b"a: 1\nb:\n  - x\n  - {c: y}\nempty:\n")
    assert root is not None
    places = {("a",): (1, 4), ("b",): (2, 1), ("b", 1): (4, 5), ("b", 1, "c"): (4, 9), ("empty",): (5, 1)}
    for path, place in places.items():
        spot = document.find(root, path)
        assert (spot.line, spot.column) == place
    assert document.find(root, ("b", 1, "c"), key=True).column == 6


def test_the_place_of_what_was_not_written_is_that_of_the_nearest_thing_above() -> None:
    root, _ = parse("f", b"a:\n  b: {c: 1}\n")
    assert root is not None
    spot = document.find(root, ("a", "b", "d", "e"))
    assert (spot.line, spot.column, spot.node) == (2, 3, None)
    assert spot.path == ("a", "b", "d", "e")


@given(st.lists(st.integers(0, 9), min_size=1, max_size=8), st.data())
def test_what_was_taken_out_is_gone_and_the_rest_knows_where_it_was(items: list[int], data: st.DataObject) -> None:
    root, _ = parse("f", f"a: {items}\nb: 1\n".encode())
    assert root is not None
    gone = data.draw(st.integers(0, len(items) - 1))
    left = document.without(root, ("a", gone))
    assert document.plain(left) == {"a": items[:gone] + items[gone + 1 :], "b": 1}
    written = [document.find(left, ("a", place)).path[1] for place in range(len(items) - 1)]
    assert written == [index for index in range(len(items)) if index != gone]


def test_an_alias_is_the_value_of_its_anchor() -> None:
    assert read_back("a: &x {b: [1]}\nc: *x\n") == {"a": {"b": [1]}, "c": {"b": [1]}}


def test_a_byte_order_mark_and_other_line_ends_are_no_faults() -> None:
    assert read_back("\ufeffa: 1\r\nb: 2\r\n") == {"a": 1, "b": 2}
