"""Broken specs and exactly what is said of them: NAME.yml beside NAME.txt, or a folder with other files beside it.

A new case is a file; run ``dgxops validate NAME.yml`` in this folder, read what it says as somebody who did not write
the rule, and keep it as NAME.txt.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from dgxops.cli.main import main
from dgxops.errors import Exit
from dgxops.spec import MOST_SHOWN
from dgxops.spec.read import MAX_BYTES

HERE = Path(__file__).parent
SINGLE = {file.stem: (file.name, file.with_suffix(".txt")) for file in sorted(HERE.glob("*.yml"))}
WITH_SITE = {
    folder.parent.name: (f"{folder.parent.name}/cluster.yml", folder.with_name("expected.txt"))
    for folder in sorted(HERE.glob("*/cluster.yml"))
}
CASES = SINGLE | WITH_SITE


def validate(monkeypatch: pytest.MonkeyPatch, spec: str) -> int:
    """Exit code of ``dgxops validate`` as it runs in a shell."""
    monkeypatch.setattr(sys, "argv", ["dgxops", "validate", spec])
    with pytest.raises(SystemExit) as end:
        main()
    assert isinstance(end.value.code, int)
    return end.value.code


@pytest.mark.parametrize("name", CASES)
def test_says_exactly_this(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    spec, expected = CASES[name]
    monkeypatch.chdir(HERE)
    assert validate(monkeypatch, spec) == Exit.USAGE
    said = capsys.readouterr()
    assert said.err == expected.read_text(encoding="utf-8")
    assert said.out == ""


def test_every_expectation_belongs_to_a_spec() -> None:
    assert {file.stem for file in HERE.glob("*.txt")} == set(SINGLE)
    assert len(CASES) >= 48


HOSTILE = {
    "text": b"name: pod1\n",
    "brackets": b"[",
    "braces with keys": b"{a: ",
    "dashes": b"- ",
    "question marks": b"? ",
    "anchors": b"&a ",
    "items": b"- a\n",
    "one word": b"a",
    "an open quote": b'"x\n',
    "escapes": b'"\\x41" ',
    "line ends": b"\n",
    "every byte": bytes(range(256)),
    "zeros": b"\0",
    "tabs": b"\t\n",
    "aliases": b"*a ",
    "keys in a line": b"a: ",
}


@pytest.mark.parametrize("size", [MAX_BYTES, 1 << 20], ids=["as large as may be", "a megabyte"])
@pytest.mark.parametrize("what", HOSTILE)
def test_garbage_is_refused_soon_and_without_flooding_the_screen(
    what: str, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "garbage.yml").write_bytes((HOSTILE[what] * size)[:size])
    monkeypatch.chdir(tmp_path)
    begin = time.process_time()
    assert validate(monkeypatch, "garbage.yml") == Exit.USAGE
    assert time.process_time() - begin < 10
    said = capsys.readouterr().err
    assert said.startswith("garbage.yml")
    assert said.count("\n") <= MOST_SHOWN + 1
    assert max(len(line) for line in said.splitlines()) < 300
