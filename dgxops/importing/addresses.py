"""Lists of addresses as CSV: our addresses.csv, Omnia's mapping file, and lists made by hand."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from dgxops.importing.facts import SeenAddress
from dgxops.importing.subnets import address_of
from dgxops.importing.table import Table, table
from dgxops.importing.text import fault

_NAMES = ("name", "host", "hostname", "node")
_COLUMNS = {
    "management": ("management", "managementip", "adminip", "inbandip", "ip"),
    "oob": ("oob", "oobip", "bmcip", "ipmiip", "bmc"),
    "compute": ("ibip", "computeip"),
    "storage": ("storageip",),
}
"""A column a network; Omnia's mapping file has HOSTNAME, ADMIN_IP, BMC_IP and IB_IP."""
NETWORKS = tuple(_COLUMNS)


def parse(name: str, text: str) -> tuple[SeenAddress, ...]:
    """One host a row with a column a network, or one address a row with the columns network and address.

    Raises:
        InputError: no such header, a row without a name, what is no address, or no address at all.
    """
    rows = table(name, text, names_one)
    found = tuple(_rows(name, rows))
    if not found:
        raise fault(name, rows.line, "has a header and no address")
    return found


def names_one(words: Collection[str]) -> bool:
    """Whether these words of a header are those of such a list."""
    each = {"network", "address"} <= set(words)
    return bool(set(words) & set(_NAMES)) and (each or any(w in words for known in _COLUMNS.values() for w in known))


def _rows(name: str, rows: Table) -> Iterator[SeenAddress]:
    header = rows.header
    key = next((header.index(word) for word in _NAMES if word in header), -1)
    each = "network" in header and "address" in header
    columns = {n: header.index(w) for n, known in _COLUMNS.items() for w in reversed(known) if w in header}
    if key < 0 or not (each or columns):
        hint = "want name,network,address or a name with columns such as ADMIN_IP and BMC_IP"
        raise fault(name, rows.line, "the header names no host or no address", hint)
    for line, cells in rows.rows:
        if len(cells) < len(header):
            raise fault(name, line, f"the row ends after {len(cells)} of {len(header)} columns")
        if not cells[key]:
            raise fault(name, line, "an address without the name of its host")
        given = {cells[header.index("network")]: header.index("address")} if each else columns
        yield from _addresses(name, line, cells, cells[key], given)


def _addresses(name: str, line: int, cells: Sequence[str], host: str, given: dict[str, int]) -> Iterator[SeenAddress]:
    for network, place in given.items():
        text = cells[place]
        if network in NETWORKS and text:
            if address_of(text) is None:
                raise fault(name, line, f"{text[:60]} is no IPv4 address")
            yield SeenAddress(host, network, text.partition("/")[0])
