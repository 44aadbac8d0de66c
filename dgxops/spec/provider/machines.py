"""Rows -> machines: every value in its form, nothing twice, everything where cluster.yml says that it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from dgxops.errors import Problem
from dgxops.expand.rented import ROOT, switch_name
from dgxops.expand.services import SERVED_ROLES
from dgxops.model.node import HostRole
from dgxops.model.placement import NetworkPath, Placement
from dgxops.model.rented import RentedMachine
from dgxops.spec.messages import meant_or_known, shown
from dgxops.spec.provider.rows import LEVELS, Cell, Row
from dgxops.spec.rules.naming import HOST, HOST_FORM, RESERVED

if TYPE_CHECKING:
    from dgxops.spec.provider.file import Expected

ROLES = (*SERVED_ROLES, HostRole.DGX)
_PLACES = ("instance", "availability_domain", "fault_domain", *LEVELS, "host")
_LEVEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")
_WORD = re.compile(r"[A-Za-z0-9/][A-Za-z0-9._:/-]{0,254}")  # no braces: these are variables of an inventory
_DIGITS = re.compile(r"([0-9]+)")
_SEPARATORS = re.compile(r"[;\s]+")


@dataclass(slots=True)
class _Reading:
    """What was found so far: who has a name, an address or an instance, and all that is wrong."""

    file: str
    expected: Expected
    owners: dict[tuple[str, str], Cell] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def fault(self, column: str, cell: Cell, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self.file, cell.line, cell.column, column, message, hint))

    def claim(self, column: str, cell: Cell, value: str) -> None:
        """The value is nobody else's, or a fault."""
        kind = "address" if column == "rdma" else column
        other = self.owners.setdefault((kind, value), cell)
        if other is not cell:
            self.fault(column, cell, f"{value} stands in line {other.line} too", "each machine has its own")


def machines_of(file: str, rows: Sequence[Row], expected: Expected) -> tuple[tuple[RentedMachine, ...], list[Problem]]:
    """The machines by role and name, and everything wrong with them."""
    reading = _Reading(file, expected)
    found = [machine for row in rows if (machine := _machine(reading, row))]
    _same_levels(reading, rows)
    _places_differ(reading, rows)
    if not any(row.text("role").lower() == HostRole.HEAD for row in rows):
        reading.fault("role", Cell("", 0, 0), "no machine is the head", "role head for one to four of them")
    return tuple(sorted(found, key=lambda m: (ROLES.index(m.role), _natural(m.name)))), reading.problems


def _natural(name: str) -> list[tuple[int, str]]:
    """node-2 stands before node-10."""
    return [(int(part), part) if part.isdigit() else (-1, part) for part in _DIGITS.split(name) if part]


def _machine(reading: _Reading, row: Row) -> RentedMachine | None:
    """The machine of a row; None where it has no usable name, role or address."""
    role = _role(reading, row)
    name = _name(reading, row)
    address = _own_address(reading, row)
    rdma = _rdma(reading, row, role)
    placement = Placement(**{column: _place(reading, row, column) for column in _PLACES})
    if instance := placement.instance:
        reading.claim("instance", row.cell("instance"), instance)
    return RentedMachine(name, role, address, rdma, placement) if name and role and address else None


def _role(reading: _Reading, row: Row) -> HostRole | None:
    said = row.text("role").lower()
    if not said:
        return HostRole.DGX
    if said in ROLES:
        return HostRole(said)
    if said.startswith("shape "):
        message = f"its shape is {row.text('role')[6:]}, not {reading.expected.shape}, and it has no label dgxops-role"
        reading.fault("role", row.cell("role"), message, "dgxops-role: head or login; or leave it out of the list")
    else:
        reading.fault("role", row.cell("role"), f"no role is called {shown(said)}", meant_or_known(said, ROLES))
    return None


def _name(reading: _Reading, row: Row) -> str:
    cell = row.cell("name")
    if not cell.text:
        reading.fault("name", cell, "is missing", "what `hostname --short` prints on the machine")
    elif cell.text in RESERVED:
        reading.fault("name", cell, f"'{cell.text}' is reserved")
    elif not HOST.fullmatch(cell.text):
        reading.fault("name", cell, f"{shown(cell.text)} is not a host name", HOST_FORM)
    else:
        reading.claim("name", cell, cell.text)
        return cell.text
    return ""


def _own_address(reading: _Reading, row: Row) -> IPv4Address | None:
    cell, expected = row.cell("address"), reading.expected
    if not cell.text:
        reading.fault("address", cell, "is missing", "the private address that the heads and you reach it at")
        return None
    address = _address(reading, "address", cell, cell.text)
    if address and address == expected.gateway:
        hint = "if it is not, networks.management.gateway says so: another address, or null"
        reading.fault("address", cell, f"{address} is the gateway's", hint)
    elif address:
        _inside(reading, "address", cell, address, "management", expected.management)
    return address


def _address(reading: _Reading, column: str, cell: Cell, text: str) -> IPv4Address | None:
    try:
        address = IPv4Address(text)
    except AddressValueError:
        hint = "without a prefix length" if "/" in text else "such as 10.10.0.5"
        reading.fault(column, cell, f"{shown(text)} is not an IPv4 address", hint)
        return None
    reading.claim(column, cell, str(address))
    return address


def _inside(
    reading: _Reading, column: str, cell: Cell, address: IPv4Address, network: str, subnet: IPv4Network | None
) -> None:
    if subnet is None:
        return
    if address not in subnet:
        hint = f"networks: {{{network}: {{subnet: ...}}}} in cluster.yml is the provider's"
        reading.fault(column, cell, f"{address} is outside of networks.{network}.subnet, {subnet}", hint)
    elif address in (subnet.network_address, subnet.broadcast_address):
        reading.fault(column, cell, f"{address} is the first or last of {subnet}, which no host can have")


def _rdma(reading: _Reading, row: Row, role: HostRole | None) -> tuple[IPv4Address, ...]:
    cell, ports = row.cell("rdma"), reading.expected.ports
    texts = [text for text in _SEPARATORS.split(cell.text) if text]
    if texts and role in SERVED_ROLES:
        reading.fault("rdma", cell, f"a {role} has no ports for them", "leave it empty")
    elif len(set(texts)) < len(texts):
        reading.fault("rdma", cell, "has an address twice", "one a port")
    elif texts and ports and len(texts) != ports:
        message = f"{len(texts)} addresses, but a {reading.expected.shape} has {ports} ports for them"
        reading.fault("rdma", cell, message, "one a port, in the ports' order, or none")
    found = [a for text in dict.fromkeys(texts) if (a := _address(reading, "rdma", cell, text))]
    for address in found:
        _inside(reading, "rdma", cell, address, "compute", reading.expected.compute)
    return tuple(found)


def _place(reading: _Reading, row: Row, column: str) -> str:
    cell = row.cell(column)
    form = _LEVEL if column in LEVELS else _WORD
    if cell.text and not form.fullmatch(cell.text):
        wants = "letters, digits and . _ -" if column in LEVELS else "letters, digits and . _ - : /"
        reading.fault(column, cell, f"{shown(cell.text)} is no name of a place", f"{wants}, at most 255")
        return ""
    return cell.text


def _nodes(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.text("role").lower() in ("", HostRole.DGX)]


def _same_levels(reading: _Reading, rows: Sequence[Row]) -> None:
    """Slurm's tree wants the place of every node or of none; a node without one is named."""
    nodes = _nodes(rows)
    for level in LEVELS:
        lacking = [row for row in nodes if not row.text(level)]
        if 0 < len(lacking) < len(nodes):
            for row in lacking:
                hint = f"Slurm keeps jobs together by it: give every node its {level}, or none"
                reading.fault(level, row.cell(level), "is missing, though other nodes have one", hint)


def _places_differ(reading: _Reading, rows: Sequence[Row]) -> None:
    """Two places that Slurm's topology would call alike are told apart by nothing."""
    owners: dict[str, NetworkPath] = {ROOT: (("", f"the root, {ROOT},"),)}
    for row, path in _paths(rows):
        name, level = switch_name(path), path[-1][0]
        if owners.setdefault(name, path) != path:
            one, other = ("/".join(value for _, value in places) for places in (path, owners[name]))
            message = f"{one} and {other} are both called {name} in Slurm's topology"
            hint = "a place stands in one larger place, and long names differ at their end"
            reading.fault(level, row.cell(level), message, hint)
            return


def _paths(rows: Sequence[Row]) -> Iterator[tuple[Row, NetworkPath]]:
    for row in _nodes(rows):
        path = tuple((level, row.text(level)) for level in LEVELS if row.text(level))
        yield from ((row, path[:depth]) for depth in range(1, len(path) + 1))
