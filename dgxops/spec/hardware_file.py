"""hardware.csv: what only delivery tells of every port, one row each, held against the devices of the cluster.

The columns are in docs/hardware-csv.md. All faults are found in one pass; a row at fault hides no other.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dgxops.errors import InputError, Problem
from dgxops.model.cluster import Cluster
from dgxops.model.hardware import HardwareRecord, PortRecord
from dgxops.spec.csv_cells import MAX_BYTES, Cell, Unfit, rows
from dgxops.spec.hardware_ids import guid_of, mac_of
from dgxops.spec.hardware_names import Names
from dgxops.spec.messages import Said, meant, meant_or_known, shown

FILE = "hardware.csv"
COLUMNS = ("device", "port", "mac", "guid", "serial")
MOST_GUESSES = 100  # devices that nothing is called: looking for what was meant takes milliseconds each

Row = dict[str, Cell]


def load(path: Path, cluster: Cluster | None) -> tuple[tuple[HardwareRecord, ...], list[Problem]]:
    """The records in ``path``, by device, and everything wrong with them.

    ``cluster`` is None when the spec is at fault: then any device may be meant.

    Raises:
        InputError: the file cannot be opened.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        why = f"cannot be read: {(error.strerror or str(error)).lower()}"
        raise InputError([Problem(str(path), 0, 0, "", why)]) from None
    return parse(str(path), data, cluster)


def parse(name: str, data: bytes, cluster: Cluster | None) -> tuple[tuple[HardwareRecord, ...], list[Problem]]:
    """As :func:`load`; ``name`` is what messages call the file."""
    faults: list[Unfit] = []
    table = _Table(name, Names(cluster) if cluster else None)
    table.read(rows(data, faults), faults)
    table.say_strangers()
    table.problems += (Problem(name, f.line, f.column, "", f.message, f.hint) for f in faults)
    return ((), table.problems) if table.problems else (table.records(), [])


class _Table:
    """The rows so far, and what was wrong with them."""

    def __init__(self, file: str, names: Names | None) -> None:
        self.problems: list[Problem] = []
        self._file, self._names = file, names
        self._taken: dict[tuple[str, str], int] = {}  # ("mac" or "guid", value) -> line
        self._rows: dict[tuple[str, str], int] = {}  # (device, port) -> line
        self._ports: dict[str, list[PortRecord]] = {}
        self._guids: dict[str, str] = {}
        self._serials: dict[str, str] = {}
        self._owners: dict[str, str] = {}  # serial number -> device
        self._strangers: dict[str, list[Cell]] = {}  # what no device is called, in small letters -> its cells

    def read(self, lines: Iterable[list[Cell]], faults: list[Unfit]) -> None:
        header: list[str] | None = None
        alone: Cell | None = None  # the first column, while no row follows it
        for cells in lines:
            if header is None:
                header, alone = self._header(cells), cells[0]
                if "device" not in header:
                    return
                continue
            alone = None
            if len(cells) != len(header):
                self._wrong_width(cells, len(header))
            else:
                self._row(dict(zip(header, cells, strict=True)))
        if header is None and not faults:
            self.problems.append(Problem(self._file, 1, 1, "", "is empty", f"its first line is {','.join(COLUMNS)}"))
        elif alone and not faults and not self.problems:
            said = ("no row follows the columns", "a row a port; until delivery there need be no such file")
            self._say(alone, "", said)

    def records(self) -> tuple[HardwareRecord, ...]:
        devices = sorted({*self._ports, *self._guids, *self._serials})
        return tuple(
            HardwareRecord(
                d, self._serials.get(d), self._guids.get(d), tuple(sorted(self._ports.get(d, ()), key=lambda p: p.port))
            )
            for d in devices
        )

    def _say(self, cell: Cell, column: str, said: Said) -> None:
        self.problems.append(Problem(self._file, cell.line, cell.column, column, *said))

    def _header(self, cells: list[Cell]) -> list[str]:
        """The columns, in the order of the file; without "device" where the rest cannot be read."""
        if len(cells) == 1 and (other := next((c for c in ";\t|" if c in cells[0].text), None)):
            self._say(cells[0], "", (f"columns are separated by {_BY[other]}", _EXPORT))
            return []
        found = [cell.text.lower() for cell in cells]
        strange = [column for column in found if column not in COLUMNS]
        if strange == found:
            self._say(cells[0], "", ("the first line names no column", f"such as {','.join(COLUMNS)}"))
            return []
        for cell, column in zip(cells, found, strict=True):
            if column not in COLUMNS:
                self._say(cell, "", (f"no column is called {shown(cell.text)}", meant_or_known(column, COLUMNS)))
            elif found.count(column) > 1 and cell != cells[found.index(column)]:
                self._say(cell, "", (f"a second column {column}", "each column once"))
        if "device" not in found and not strange:
            self._say(cells[0], "", ("there is no column device", f"the first line is {','.join(COLUMNS)}"))
        return found

    def _wrong_width(self, cells: list[Cell], wanted: int) -> None:
        at = cells[wanted] if len(cells) > wanted else cells[-1]
        hint = "empty cells keep their comma" if len(cells) < wanted else "a cell with a comma stands in quotes"
        self._say(at, "", (f"{len(cells)} columns, the first line has {wanted}", hint))

    def _row(self, row: Row) -> None:
        device = self._device(row["device"])
        port = self._port(device, row.get("port")) if device is not None else None
        mac, guid = self._id(row, "mac"), self._id(row, "guid")
        if device is None or port is None:
            return
        line = row["device"].line
        if (first := self._rows.setdefault((device, port), line)) != line:
            said = (f"{port or 'the row without a port'} of {device} is in line {first} already", "keep one row")
            self._say(row.get("port", row["device"]), "port", said)
        self._keep(row, device, port, mac, guid)

    def _keep(self, row: Row, device: str, port: str, mac: str | None, guid: str | None) -> None:
        self._serial(row, device)
        if port:
            self._ports.setdefault(device, []).append(PortRecord(port, mac, guid))
        elif mac or (guid and self._names and not self._names.is_switch(device)):
            column = "mac" if mac else "guid"
            self._say(row[column], column, ("belongs to a port, and the row names none", "write the port"))
        elif guid:
            self._guids[device] = guid

    def _device(self, cell: Cell) -> str | None:
        if not cell.text:
            self._say(cell, "device", ("the row names no device", ""))
            return None
        if self._names is None:
            return cell.text
        found = self._names.devices.get(cell.text.lower())
        if found is None:
            self._strangers.setdefault(cell.text.lower(), []).append(cell)
        return found

    def say_strangers(self) -> None:
        """One message a device that there is not, at its first row: a node that is gone has many."""
        known = self._names.devices.values() if self._names else ()
        for count, (first, *others) in enumerate(self._strangers.values()):
            many = f" ({len(others) + 1} rows)" if others else ""
            hint = (
                meant(first.text, known) if count < MOST_GUESSES else ""
            ) or "rendered/site/racks.csv lists the names"
            self._say(first, "device", (f"no device is called {shown(first.text)}{many}", hint))

    def _port(self, device: str, cell: Cell | None) -> str | None:
        """What the model calls the port, "" for a row without one; None where it is at fault."""
        if cell is None or not cell.text:
            return ""
        if self._names is None:
            return cell.text
        ports = self._names.ports(device)
        if (found := ports.get(cell.text.lower())) is None:
            known = dict.fromkeys(ports.values())
            self._say(cell, "port", (f"{device} has no port {shown(cell.text)}", meant_or_known(cell.text, known)))
        return found

    def _id(self, row: Row, column: str) -> str | None:
        """A MAC or GUID that no other row has."""
        cell = row.get(column)
        if cell is None or not cell.text:
            return None
        value, said = (mac_of if column == "mac" else guid_of)(cell.text)
        if value is None:
            self._say(cell, column, said)
        else:
            self._once(cell, column, value)
        return value

    def _once(self, cell: Cell, column: str, value: str) -> None:
        if (first := self._taken.setdefault((column, value), cell.line)) != cell.line:
            self._say(cell, column, (f"{cell.text} is in line {first} already", "no two ports have the same"))

    def _serial(self, row: Row, device: str) -> None:
        """A device's rows say one serial number, which no other device has."""
        cell = row.get("serial")
        if cell is None or not cell.text:
            return
        known = self._serials.setdefault(device, cell.text)
        if known != cell.text:
            self._say(cell, "serial", (f"{device} has the serial number {shown(known)} in another row", "keep one"))
        elif (owner := self._owners.setdefault(cell.text, device)) != device:
            self._say(cell, "serial", (f"{owner} has this serial number already", "no two devices have the same"))


_BY = {";": "semicolons", "\t": "tabs", "|": "bars"}
_EXPORT = (
    "Excel does that where the comma is a decimal sign: save as 'CSV UTF-8' under English settings, or replace them"
)
