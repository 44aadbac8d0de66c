"""One system of the catalogue on one screen, every value that was not read in NVIDIA's own text labelled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.table import Table
from rich.text import Text

from dgxops.model.system import HostPort, PortRole, System
from dgxops.present.console import Console
from dgxops.present.system_facts import UNKNOWN, Part, lines

FORMAT_VERSION = 1
_STYLES = {"inferred": "yellow", "secondary": "cyan", "unknown": "magenta"}
_SIGNS = {"inferred": "~", "secondary": "^"}
_PORT_COLUMNS = ("port", "role", "rail", "gpu", "interface", "rdma", "pci", "Gb/s")
_PORT_FIELDS = ("name", "role", "rail", "gpu", "interface", "rdma", "pci", "rate_gbps")


def show(system: System, architectures: tuple[str, ...], console: Console | None = None) -> None:
    """Print all that is known of a system; fits 80 columns."""
    out = console or Console(highlight=False, soft_wrap=False)
    out.print(Text.assemble((system.id, "bold"), f"  {system.name}\n"))
    facts = _grid()
    for label, parts in lines(system, architectures):
        facts.add_row(Text(label), _joined(parts))
    out.print(facts)
    out.print(Text(""))
    out.print(_ports(system))
    out.print(Text("ports: ~ inferred, ^ secondary (a third party's text), ? unknown, - none", style="dim"))
    if system.marks:
        out.print(Text("what is marked here a site may say itself, under `hardware:` in cluster.yml", style="dim"))
    for title, texts in _remarks(system):
        out.print(Text(f"\n{title}", style="bold"))
        out.print(_bullets(texts))


def _grid() -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _joined(parts: list[Part]) -> Text:
    """The parts with commas, each with its mark in brackets; one mark that all of them have is said once."""
    marks = {part.mark for part in parts}
    if len(parts) > 1 and len(marks) == 1 and (mark := parts[0].mark):
        return Text.assemble(", ".join(part.text for part in parts), (f" (all {mark})", _STYLES[mark]))
    line = Text()
    for number, part in enumerate(parts):
        line.append(", " * (number > 0) + part.text)
        if part.mark:
            line.append(f" ({part.mark})", _STYLES[part.mark])
    return line


def _ports(system: System) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    for column in _PORT_COLUMNS:
        table.add_column(column, overflow="fold")
    for port in system.ports:
        table.add_row(*(_port_cell(system, port, field) for field in _PORT_FIELDS))
        if port.second_interface:
            second = ("second_interface", "second_rdma")
            table.add_row(*[""] * 4, *(_port_cell(system, port, field) for field in second))
    return table


def _port_cell(system: System, port: HostPort, field: str) -> Text:
    value, mark = getattr(port, field), system.port_mark(port, field)
    if value is None:
        gap = mark and field not in _nowhere(port)
        return Text(UNKNOWN, _STYLES["unknown"]) if gap else Text("-", "dim")
    return Text.assemble(str(value), (_SIGNS[mark], _STYLES[mark])) if mark else Text(str(value))


def _nowhere(port: HostPort) -> tuple[str, ...]:
    """Fields that no text could fill: a port off the fabric has no rail, and the host does not see its BMC's port."""
    return ("rail", "gpu", *(("interface", "rdma", "pci") if port.role is PortRole.OOB else ()))


def _remarks(system: System) -> Iterator[tuple[str, list[str]]]:
    """Title and lines of what stands below the ports, where there is any."""
    shapes = [f"{s.shape}: {s.gpu.count} x {s.gpu.model}" for s in system.shapes]
    named = {"other shapes": shapes, "notes": system.notes, "conflicts": system.conflicts, "not known": system.unknown}
    yield from ((title, list(texts)) for title, texts in named.items() if texts)
    by_title = _fields_by_title(system)
    yield "sources (their addresses: --json)", [f"{title}: {', '.join(f)}" for title, f in by_title.items()]


def _fields_by_title(system: System) -> dict[str, list[str]]:
    """Which fields each text speaks of; a title goes as far as the address."""
    found: dict[str, list[str]] = {}
    for field, texts in system.sources:
        for text in texts:
            found.setdefault(text.split(" - ")[0], []).append(field)
    return found


def _bullets(texts: list[str]) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for text in texts:
        table.add_row("-", Text(text))
    return table


def data(system: System, architectures: tuple[str, ...]) -> dict[str, Any]:
    """A system as ``dgxops show system --json`` prints it; marks and sources by field."""
    pairs = ("marks", "sources", "acceptance", "config_packages")
    shapes = [data(shape, architectures) for shape in system.shapes]
    plain = {key: value for key, value in asdict(system).items() if key not in pairs}
    return {
        **plain,
        **{key: dict(getattr(system, key)) for key in pairs},
        "shapes": shapes,
        "architectures": architectures,
    }
