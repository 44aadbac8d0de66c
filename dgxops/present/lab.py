"""Labs on the terminal."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet
from rich.table import Table

from dgxops.present.console import Console

_COLOURS = {"up": "green", "silent": "yellow", "dead": "red"}


def show(data: dict[str, Any], console: Console | None = None) -> None:
    """Print what :func:`dgxops.lab.status.status_data` made: machines of one role and state on one line."""
    out = console or Console(highlight=False)
    if not data["labs"]:
        out.print("no lab is up on this machine (dgxops lab up SPEC)")
    for lab in data["labs"]:
        half_way = "" if lab["complete"] else "  [yellow]its last `up` did not come to its end[/yellow]"
        out.print(f"lab [bold]{lab['cluster']}[/bold]  {lab['base']}  {lab['subnet']} on {lab['bridge']}{half_way}")
        out.print(_table(lab["machines"]))


def _table(machines: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in ("role", "machines", "count", "state", "GPUs (stand-ins)"):
        table.add_column(column, justify="right" if column == "count" else "left", overflow="fold")
    for (role, state), group in groupby(sorted(machines, key=_kind), key=_kind):
        alike = list(group)
        names = NodeSet.fromlist([m["name"] for m in alike], resolver=RESOLVER_NOGROUP)
        gpus = sum(m["stand_in_gpus"] for m in alike)
        table.add_row(role, str(names), str(len(alike)), f"[{_COLOURS[state]}]{state}[/]", str(gpus or ""))
    return table


def _kind(machine: dict[str, Any]) -> tuple[str, str]:
    return machine["role"], machine["state"]
