"""PyYAML's complaints in words that say what to do."""

from __future__ import annotations

import re

import yaml

_EXPLANATIONS: tuple[tuple[str, str, str], ...] = (
    (
        r"mapping values are not allowed here",
        "a ':' stands where no key can be",
        "does the line above lack its ':', or should a value that holds ': ' be in quotes?",
    ),
    (
        r"expected ',' or '}', but got .*",
        "the {{ of line {line} is not closed by a }} before this",
        'text that holds braces needs quotes, as in "dgx-{index:03d}"',
    ),
    (
        r"expected ',' or '\]', but got .*",
        "the [ of line {line} is not closed by a ] before this",
        "separate the items by commas; text that holds brackets needs quotes",
    ),
    (
        r"expected <block end>, but found .*",
        "does not fit what stands above: the keys or items that begin at line {line} are indented otherwise",
        "things of one level begin in the same column",
    ),
    (
        r"expected '<document start>', but found .*",
        "does not belong to what stands above",
        "things of one level begin in the same column",
    ),
    (r"found unexpected (end of stream|document separator)", "the quote that begins here is not closed", ""),
    (
        r"found character '(?P<what>.+)' that cannot start any token",
        "a value cannot begin with {what}",
        "put it in quotes",
    ),
    (
        r"found unknown escape character '(?P<what>.*)'",
        "\\{what} means nothing in double quotes",
        "use single quotes",
    ),
    (r"expected the node content, but found .*", "a value is missing before this", "is every [ and { closed?"),
    (r"could not find expected ':'", "a ':' is missing after this key", ""),
    (
        r"expected alphabetic or numeric character.*",
        "an anchor or alias lacks its name",
        "quote a value that begins with & or *",
    ),
)


_OPENED_EARLIER = re.compile(r"found unexpected|could not find expected ':'")
"""Complaints whose cause is where the thing began, not where the parser gave up."""


def explain(error: yaml.MarkedYAMLError) -> tuple[int, int, str, str]:
    """Line and column from 1, message and hint."""
    problem = error.problem or str(error)
    mark = error.problem_mark or error.context_mark
    opened = error.context_mark or mark
    place = opened if _OPENED_EARLIER.match(problem) else mark
    line, column = (place.line + 1, place.column + 1) if place else (0, 0)
    for pattern, message, hint in _EXPLANATIONS:
        if found := re.fullmatch(pattern, problem, re.DOTALL):
            words = {"line": opened.line + 1 if opened else line, **found.groupdict()}
            return line, column, message.format(**words), hint
    return line, column, f"is not YAML: {problem}", ""
