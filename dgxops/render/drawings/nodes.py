"""The ports of a system: a schematic of its cards, and a table of what each port is and whom it meets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from dgxops.model.cluster import Cluster
from dgxops.model.node import HostPort, PortRole, System
from dgxops.render.drawings import ports, style, svg
from dgxops.render.drawings.ports import Card, Met
from dgxops.render.unsaid import marks_shown

_OURS = re.compile(r"(compute|storage|inband|management)-\d+")
_WIDTH, _MARGIN = 1320.0, 40.0
_PORT, _PORT_HIGH, _PORT_GAP = 56.0, 64.0, 5.0
_CARD_HIGH, _CARD_GAP, _CARD_PAD = 108.0, 10.0, 9.0
_ROW, _LINE = 26.0, 18.0
_KINDS = {
    PortRole.COMPUTE: "leaf",
    PortRole.STORAGE: "storage",
    PortRole.INBAND: "inband",
    PortRole.OOB: "machine",
    PortRole.UNUSED: "other",
}
_ROLE_WORDS = {PortRole.INBAND: "in-band", PortRole.OOB: "out-of-band"}
_SHORT_WORDS = {PortRole.OOB: "oob"}
_COLUMNS = (
    ("Port", 0.0),
    ("Role", 130.0),
    ("Rail", 236.0),
    ("GPU", 286.0),
    ("Interface", 336.0),
    ("RDMA", 466.0),
    ("PCI", 574.0),
    ("Gb/s", 686.0),
    ("Link", 736.0),
    ("Meets", 784.0),
    ("on", 1016.0),
)


def artifacts(cluster: Cluster) -> dict[str, str]:
    """site/node-<system>.svg, one a kind of system."""
    return {
        f"site/node-{s.id}.svg": draw(s, ports.meetings(cluster, s), _on_leaves(cluster, s)) for s in cluster.systems
    }


def _on_leaves(cluster: Cluster, system: System) -> bool:
    """Whether systems of this kind meet switches of a fabric, and not only one another or nothing."""
    switches = {s.name for f in cluster.fabrics for s in f.switches if not f.out_of_band}
    own = {n.name for n in cluster.nodes if n.system and n.system.id == system.id}
    return any(link.a.device in own and link.z.device in switches for f in cluster.fabrics for link in f.links)


def draw(system: System, met: Mapping[str, tuple[Met, ...]], on_leaves: bool) -> str:
    """The ports of one kind of system."""
    shelves = _shelves(ports.cards(system))
    table_y = 158 + len(shelves) * (_CARD_HIGH + _CARD_GAP) + 44
    rows = list(_rows(system, met))
    bottom = table_y + sum(height for _, height in rows)
    body = [
        svg.text(_MARGIN, 58, f"{system.of_a_host}: ports", "h1"),
        svg.text(_MARGIN, 84, _headline(system), "sub soft"),
        svg.rect(_MARGIN, 112, _WIDTH - 2 * _MARGIN, table_y - 112 - 40, "frame", rx=8),
        svg.text(
            _MARGIN + 18,
            136,
            f"{_naming(system)}; on which face of the system they are, and where, is not shown",
            "soft",
        ),
        *(_shelf(cards, 150 + i * (_CARD_HIGH + _CARD_GAP)) for i, cards in enumerate(shelves)),
        *_head(table_y - 10),
        *_placed(rows, table_y),
        *(svg.text(_MARGIN, bottom + 28 + 18 * i, n, "l soft") for i, n in enumerate(_notes(system, on_leaves))),
    ]
    rails = sorted({p.rail for p in system.ports if p.rail is not None})
    css = style.css(dict.fromkeys([_KINDS[p.role] for p in system.ports]), rails)
    high = bottom + 20 + 18 * len(_notes(system, on_leaves)) + _MARGIN
    return svg.document(_WIDTH, high, f"{system.of_a_host}: ports", "Schematic of the ports of a system.", css, body)


def _naming(system: System) -> str:
    """Whose names the ports have: where no document gives a printed one, the catalogue counts them by their role."""
    ours = [p.name for p in system.ports if _OURS.fullmatch(p.name)]
    if not ours:
        return "Cards and cages by their printed names"
    return f"Names such as {ours[0]} are ours, in the order of the devices: no document gives printed ones"


def _headline(system: System) -> str:
    roles = [(role, len(system.ports_of(role))) for role in PortRole]
    words = [f"{count} {_ROLE_WORDS.get(role, role.value)}" for role, count in roles if count]
    return "  ·  ".join([f"{system.gpu.count} × {system.gpu.model}", ", ".join(words)])


def _card_width(card: Card) -> float:
    ports_ = len(card.ports) * (_PORT + _PORT_GAP) - _PORT_GAP
    return max(ports_, svg.width_of(card.name, 13, bold=True)) + 2 * _CARD_PAD


def _shelves(cards: Sequence[Card]) -> list[list[Card]]:
    """Cards in as many lines as they need."""
    lines: list[list[Card]] = [[]]
    room = _WIDTH - 2 * _MARGIN - 36
    for card in cards:
        used = sum(_card_width(c) + _CARD_GAP for c in lines[-1])
        if lines[-1] and used + _card_width(card) > room:
            lines.append([])
        lines[-1].append(card)
    return lines


def _shelf(cards: Sequence[Card], y: float) -> str:
    x, made = _MARGIN + 18, []
    for card in cards:
        made.append(_card(card, x, y))
        x += _card_width(card) + _CARD_GAP
    return "".join(made)


def _card(card: Card, x: float, y: float) -> str:
    start = (_card_width(card) - len(card.ports) * (_PORT + _PORT_GAP) + _PORT_GAP) / 2
    drawn = (_port(p, start + i * (_PORT + _PORT_GAP), 34) for i, p in enumerate(card.ports))
    frame = svg.rect(0, 0, _card_width(card), _CARD_HIGH, "pill", rx=6)
    return svg.group((frame, svg.text(_CARD_PAD, 22, card.name, "l b"), *drawn), x, y)


def _port(port: HostPort, x: float, y: float) -> str:
    """A port: its number, a receptacle, and its rail or role."""
    class_ = _class(port)
    middle = x + _PORT / 2
    short = _SHORT_WORDS.get(port.role, _role(port.role))
    words = f"rail {port.rail}" if port.rail is not None else short
    name = ports.split_name(port.name)[1]
    return svg.group(
        (
            svg.title(f"{port.name}: {_role(port.role)}"),
            svg.rect(x, y, _PORT, _PORT_HIGH, class_, rx=4),
            svg.text(middle, y + 16, name, "m b"),
            svg.rect(middle - 17, y + 23, 34, 15, f"{class_}-c", rx=2),
            svg.rect(middle - 12, y + 27, 24, 7, "bay", rx=1),
            svg.text(middle, y + 55, *svg.fit(words, 11, _PORT - 6)[:1], "m"),
        ),
        data_port=port.name,
    )


def _class(port: HostPort) -> str:
    return f"r{port.rail}" if port.rail is not None else _KINDS[port.role]


def _role(role: PortRole) -> str:
    return _ROLE_WORDS.get(role, role.value)


def _head(y: float) -> Iterator[str]:
    for words, x in _COLUMNS:
        yield svg.text(_MARGIN + 14 + x, y, words, "soft")


def _rows(system: System, met: Mapping[str, tuple[Met, ...]]) -> Iterator[tuple[str, float]]:
    """Each port's row and its height; one of two functions, or several planes, or that meets many has several lines."""
    for port in ports.in_order(system):
        meets = met.get(port.name, ())
        lines = [line for m in meets for line in _meets(m)]
        height = _ROW + _LINE * max(len(lines) - 1, 1 if _second(port) else 0)
        yield _row(port, meets, lines, height), height


def _row(port: HostPort, meets: Sequence[Met], lines: Sequence[tuple[str, str]], height: float) -> str:
    cells = [port.name, _role(port.role), port.rail, port.gpu, port.interface, port.rdma, port.pci, port.rate_gbps]
    cells.append("/".join(str(rate) for rate in dict.fromkeys(m.rate_gbps for m in meets) if rate) or None)
    edges = [x for _, x in _COLUMNS]
    words = (
        svg.text(14 + x, 17, _cell(cell, edge - x - 8), "l b" if not x else "l")
        for cell, x, edge in zip(cells, edges, edges[1:], strict=False)
    )
    second = (svg.text(14 + dict(_COLUMNS)[head], 17 + _LINE, name, "l") for head, name in _second(port).items())
    (_, there), (_, on) = _COLUMNS[-2:]
    met = (
        svg.text(14 + there, 17 + _LINE * i, who, "l") + svg.text(14 + on, 17 + _LINE * i, which, "l soft")
        for i, (who, which) in enumerate(lines)
    )
    return svg.group(
        (
            svg.path(f"M0 {svg.number(height)}H{svg.number(_WIDTH - 2 * _MARGIN)}", "rule"),
            svg.rect(0, 3, 5, height - 6, f"{_class(port)}-c", rx=2),
            *words,
            *second,
            *met,
        )
    )


def _second(port: HostPort) -> dict[str, str]:
    """Column -> the name of a port's second function there, where it has one."""
    names = {"Interface": port.second_interface, "RDMA": port.second_rdma}
    return {head: name for head, name in names.items() if name}


def _cell(cell: object, width: float) -> str:
    return "–" if cell is None else svg.shorten(str(cell), 13, width)


def _meets(met: Met) -> Iterator[tuple[str, str]]:
    """Lines of whom a port meets, and on which ports there."""
    (_, x), (_, there) = _COLUMNS[-2:]
    who = svg.wrap(met.switches.replace(",", ", "), 13, there - x - 10)
    which = svg.wrap(
        f"{met.ports}, plane {met.plane}" if met.plane else met.ports, 13, _WIDTH - 2 * _MARGIN - there - 16
    )
    return zip_longest(who, which, fillvalue="")


def _placed(rows: Sequence[tuple[str, float]], y: float) -> Iterator[str]:
    for row, height in rows:
        yield svg.group(row, _MARGIN, y)
        y += height


def _notes(system: System, on_leaves: bool) -> list[str]:
    where = "It meets the leaves of its own unit or set, on the port of its place there; cables.csv has all."
    made = [where] if on_leaves else []
    marks = [(f, m) for f, m in marks_shown(system).items() if f.startswith("ports")]
    if marks:
        words = ", ".join(f"{field.removeprefix('ports.')} ({mark})" for field, mark in marks)
        made.append(f"Not read in NVIDIA's own text, of some ports: {words}; what is unknown has a dash.")
    return [line for note in made for line in svg.wrap(note, 13, _WIDTH - 2 * _MARGIN)]
