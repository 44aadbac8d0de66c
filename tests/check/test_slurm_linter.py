"""Broken Slurm files and their exact findings, side by side: tests/check/slurm/<case>/expected.txt.

``case.json`` says what is wrong there, for which version, and what is known of the machines. To write expected.txt
anew after a change of words: REWRITE=1 pytest tests/check/test_slurm_linter.py, and read the diff.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from dgxops.check.slurm import lint
from dgxops.check.slurm.folder import read_folder
from dgxops.check.slurm.hostlist import expand
from dgxops.check.slurm.lint import version_of
from dgxops.check.slurm.truth import Hardware, Truth
from dgxops.model.finding import Finding
from dgxops.nodeset import fold

CASES = sorted(p.parent for p in (Path(__file__).parent / "slurm").glob("*/case.json"))
SOUND = ("clean", "dynamic", "defaults", "gres-of-many-kinds")


def truth_of(case: dict[str, Any]) -> Truth:
    known = case.get("truth", {})
    nodes = {name: Hardware(**what) for names, what in known.get("nodes", {}).items() for name in expand(names)}
    islands = {name: i for i, names in enumerate(known.get("islands", [])) for name in expand(names)}
    return Truth(nodes, islands)


def line(finding: Finding) -> str:
    names = f": {fold(finding.hosts)}" if finding.hosts else ""
    return f"{finding.severity.value} {finding.check}: {finding.message}{names}\n"


def found(folder: Path) -> list[Finding]:
    case = json.loads((folder / "case.json").read_text())
    proofs = lint(read_folder(folder), version_of(case["version"]), truth_of(case))
    return [finding for proof in proofs for finding in proof.findings]


@pytest.mark.parametrize("folder", CASES, ids=lambda f: f.name)
def test_the_findings_are_exactly_these(folder: Path) -> None:
    expected = folder / "expected.txt"
    text = "".join(map(line, found(folder)))
    if os.environ.get("REWRITE"):
        expected.write_text(text)
    assert text == expected.read_text()


@pytest.mark.parametrize("folder", CASES, ids=lambda f: f.name)
def test_every_finding_says_what_slurm_does_and_what_helps(folder: Path) -> None:
    for finding in found(folder):
        assert finding.evidence
        assert finding.repair


def test_a_clean_case_is_clean() -> None:
    for folder in CASES:
        assert ((folder / "expected.txt").read_text() == "") == folder.name.startswith(SOUND)
