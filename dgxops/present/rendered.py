"""What a render did, or would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from dgxops.render.write import Difference

_MOST_DIFFS = 20
_MOST_STRANGERS = 5


def as_data(tree: Path, files: int, found: Sequence[Difference], check: bool) -> dict[str, Any]:
    """JSON-ready: the tree, how many files it has, and every difference that was found."""
    return {
        "format_version": 1,
        "tree": str(tree),
        "files": files,
        "written": not check,
        "differences": [{"path": d.path, "kind": d.kind} for d in found],
    }


def show_strangers(tree: Path, strangers: Sequence[str]) -> None:
    """Files of others are named: Ansible reads those among the variables too."""
    if strangers:
        more = f" and {len(strangers) - _MOST_STRANGERS} more" if len(strangers) > _MOST_STRANGERS else ""
        click.echo(f"{tree}: not written by dgxops, left alone: {', '.join(strangers[:_MOST_STRANGERS])}{more}")


def show(tree: Path, files: int, found: Sequence[Difference], check: bool) -> None:
    """One line, or with ``check`` the differences themselves."""
    if not found:
        click.echo(f"{tree}: up to date, {files} files")
        return
    counts = Counter(d.kind for d in found)
    text = ", ".join(f"{counts[kind]} {kind}" for kind in ("missing", "changed", "unwanted") if counts[kind])
    if not check:
        before = "" if counts["missing"] == files else f" ({text} before)"
        click.echo(f"{tree}: {files} files written{before}")
        return
    for difference in found[:_MOST_DIFFS]:
        click.echo(difference.diff, nl=False)
    if len(found) > _MOST_DIFFS:
        click.echo(
            f"... and {len(found) - _MOST_DIFFS} more files: {', '.join(d.path for d in found[_MOST_DIFFS:][:10])}"
        )
    click.echo(f"{tree}: stale ({text}); run: dgxops render {tree.parent / 'cluster.yml'}")
