"""The cluster on one screen."""

from __future__ import annotations

from typing import Any

from rich.table import Table
from rich.text import Text

from dgxops.present.console import Console

_TIERS = (
    ("leaf", "node_leaf", "node to leaf"),
    ("spine", "leaf_spine", "leaf to spine"),
    ("core", "spine_core", "spine to core"),
)

_ALSO = (("cuda", "CUDA"), ("doca", "DOCA"), ("enroot", "enroot"), ("pyxis", "pyxis"))
"""Versions that are told beside the driver's."""

_OTHERS = (("device_leaf", "device to leaf"), ("oob_inband", "leaf to in-band"))
"""Links that only the out-of-band fabric has."""


def show(data: dict[str, Any], console: Console | None = None) -> None:
    """Print what :func:`dgxops.render.summary.summary` made; fits 80 columns and one screen."""
    out = console or Console(highlight=False, soft_wrap=False)
    systems = ", ".join(f"{count} x {system}" for system, count in data["systems"].items())
    out.print(f"[bold]{data['name']}[/bold]  {data['domain']}")
    out.print(_release(data["release"], rented="rented" in data))
    if "rented" not in data:
        out.print(_versions(data["release"]))
    out.print(f"{systems}: {data['gpus']} GPUs {_where(data)}\n")
    for entry in data["absent"]:
        out.print(Text(_absent(entry), style="yellow"), soft_wrap=True)
    if data["groups"]:
        out.print(_groups(data))
    out.print(_hosts(data))
    out.print("rented: no fabric to cable\n" if "rented" in data else _fabrics(data))
    out.print(_networks(data))
    out.print(_slurm(data))
    _print_marks(out, data["marks"])
    for unsaid in data["site_must_say"]:
        out.print(Text(f"{unsaid['system']}, site must say ({unsaid['key']}): {unsaid['what']}", style="yellow"))


def _release(release: dict[str, Any], *, rented: bool) -> str:
    tested_on = f"tested on {', '.join(release['tested_on'])}" if release["tested_on"] else "not tested yet"
    system = "the provider's image" if rented else f"DGX OS {release['dgx_os']}"
    return f"release {release['id']}: {system}, Slurm {release['slurm']}, {tested_on}"


def _versions(release: dict[str, Any]) -> str:
    """What else the release has a version of; what is not published is left out."""
    versions, marks = release["versions"], release["marks"]
    driver = "driver" if versions["driver"] else "driver_branch"
    shown = [(driver, "driver" if versions["driver"] else "driver branch"), *_ALSO]
    return ", ".join(
        f"{word} {versions[name]}" + (f" ({marks[name]})" if name in marks else "")
        for name, word in shown
        if versions[name]
    )


def _where(data: dict[str, Any]) -> str:
    """What the systems stand in."""
    if rented := data.get("rented"):
        places = ", ".join(f"{count} {_plural(name, count)}" for name, count in rented["places"].items())
        return f"in shape {', '.join(rented['shapes'])}" + (f"\nin {places}" if places else "")
    return f"{_units(data)}, {data['racks']} racks{_power(data)}"


def _plural(name: str, count: int) -> str:
    return name.replace("_", " ") + "s" * (count != 1)


def _units(data: dict[str, Any]) -> str:
    count = data["scalable_units"]
    if data["groups"]:
        return f"in {len(data['groups'])} groups"
    if not count:
        return "in a plain group"
    return f"in {count} scalable unit{'s' * (count > 1)} ({data['architecture']})"


def _power(data: dict[str, Any]) -> str:
    """What the systems draw at most; switches and machines are not in it."""
    known, unknown = data["power_kw_known"], data["power_unknown"]
    without = f" without {', '.join(unknown)}" if unknown else ""
    return f", {known:g} kW of {data['power_kw_of']}{without}" if known else ""


def _absent(entry: dict[str, Any]) -> str:
    return f"absent: {entry['nodes']} ({entry['kind']}: {entry['reason']}, since {entry['since']})"


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold", justify="right" if column.endswith("#") else "left")
    return table


def _groups(data: dict[str, Any]) -> Table:
    table = _table("group", "system", "architecture", "units #", "nodes #", "GPUs #")
    for group in data["groups"]:
        units = str(group["scalable_units"] or "none")
        systems = ", ".join(group["systems"])
        table.add_row(group["name"], systems, group["architecture"], units, str(group["nodes"]), str(group["gpus"]))
    table.add_row("", "", "", "", "", "")
    return table


def _hosts(data: dict[str, Any]) -> Table:
    table = _table("hosts", "names")
    for role, names in data["hosts"].items():
        table.add_row(role, names)
    table.add_row("", "")
    return table


def _fabrics(data: dict[str, Any]) -> Table:
    table = _table("fabric", "tier", "switches #", "model", "cables", "#")
    for fabric, counts in data["switches"].items():
        if direct := data["cables"][fabric].get("node_node"):
            table.add_row(fabric, "none", "", "", "node to node", str(direct))
        for tier, kind, text in _TIERS:
            if counts[tier]:
                table.add_row(
                    fabric, tier, str(counts[tier]), ", ".join(data["switch_models"][fabric]), text,
                    str(data["cables"][fabric][kind]),
                )  # fmt: skip
        for kind, text in _OTHERS:
            if count := data["cables"][fabric].get(kind):
                table.add_row("", "", "", "", text, str(count))
    table.add_row("", "", "", "", "", "")
    return table


def _networks(data: dict[str, Any]) -> Table:
    table = _table("network", "subnet")
    for name, subnet in data["networks"].items():
        cut = data.get("network_plans", {}).get(name)
        table.add_row(name, subnet + (f" in {len(cut['subnets'])} subnets ({cut['plan']})" if cut else ""))
    table.add_row("", "")
    return table


def _slurm(data: dict[str, Any]) -> Table:
    table = _table("partition", "nodes #", "names")
    for partition in data["slurm"]["partitions"]:
        name = partition["name"] + (" (default)" if partition["default"] else "")
        table.add_row(name, str(partition["count"]), partition["nodes"])
    table.add_row("", "", "")
    return table


def _print_marks(out: Console, marks: dict[str, dict[str, str]]) -> None:
    """Values that were not read in NVIDIA's own text are shown as such."""
    for system, fields in marks.items():
        if fields:
            text = ", ".join(f"{field} ({mark})" for field, mark in fields.items())
            out.print(f"[dim]{system}, not read in NVIDIA's text: {text}[/dim]", soft_wrap=False)
    if any(marks.values()):
        out.print("[dim]a site may say these itself, under `hardware:` and `design:` in cluster.yml[/dim]")
