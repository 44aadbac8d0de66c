"""What the providers' own tools print of their machines, as JSON.

Google: `gcloud compute instances list --format=json` (Compute Engine API, Instance: name, id, zone, machineType,
labels, networkInterfaces[].networkIP, resourceStatus.physicalHostTopology with cluster, block, subblock and host).
Azure: `az vm list --show-details --output json`, which also lists the machines of a flexible scale set (name,
osProfile.computerName, hardwareProfile.vmSize, vmId, tags, zones, privateIps); where in its network a machine stands is
not among it.
OCI prints addresses and places in several lists, which are put together in a table.

A machine of another shape than the nodes' says what it is in a label (Google) or tag (Azure) called dgxops-role.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dgxops.errors import Problem
from dgxops.spec.messages import shown
from dgxops.spec.provider.rows import Cell, Listing, Row

LABEL = "dgxops-role"
_ASK = {
    "dgx-cloud-gcp": "gcloud compute instances list --format=json",
    "dgx-cloud-azure": "az vm list --show-details --output json",
}


def read_listing(file: str, text: str, platform: str, shape: str) -> Listing:
    """The machines that a provider's JSON lists; its places are those where a machine begins."""
    values = _VALUES.get(platform)
    if values is None:
        message = f"{platform} has no list of its own with addresses and places"
        return _refused(file, 0, 0, message, "write a table, .csv")
    wanted = f"{_ASK[platform]} prints one"
    try:
        items = list(_items(text))
    except json.JSONDecodeError as error:
        return _refused(file, error.lineno, error.colno, f"is no JSON: {error.msg.lower()}", wanted)
    except (_NoList, RecursionError, ValueError):
        return _refused(file, 1, 1, "is no list of machines", wanted)
    if not items:
        return _refused(file, 0, 0, "lists no machine", wanted)
    rows: list[Row] = []
    problems: list[Problem] = []
    for line, column, item in items:
        if isinstance(item, dict) and isinstance(item.get("name"), str):
            found = {key: Cell(value, line, column) for key, value in values(item, shape).items() if value}
            rows.append(Row(line, column, found))
        else:
            problems.append(Problem(file, line, column, "", f"{shown(item)} is no machine", wanted))
    return Listing(tuple(rows), tuple(problems))


def _refused(file: str, line: int, column: int, message: str, hint: str) -> Listing:
    return Listing((), (Problem(file, line, column, "", message, hint),))


class _NoList(Exception):
    """The JSON is something else than a list."""


def _items(text: str) -> Iterator[tuple[int, int, object]]:
    """The items of a JSON list, each with line and column.

    Raises:
        JSONDecodeError: it is no JSON.
        _NoList: it is no list.
    """
    if not isinstance(json.loads(text), list):
        raise _NoList
    decoder, at, line, counted = json.JSONDecoder(), text.index("[") + 1, 1, 0
    while True:
        while text[at] in " \t\r\n,":
            at += 1
        if text[at] == "]":
            return
        line, counted = line + text.count("\n", counted, at), at
        item, end = decoder.raw_decode(text, at)
        yield line, at - text.rfind("\n", 0, at), item
        at = end


def _google(item: Mapping[str, Any], shape: str) -> dict[str, str]:
    place = _inside(item, "resourceStatus", "physicalHostTopology")
    interfaces = item.get("networkInterfaces")
    first = interfaces[0] if isinstance(interfaces, list) and interfaces else {}
    return {
        "name": _text(item, "name"),
        "address": _text(first, "networkIP"),
        "role": _role(_inside(item, "labels"), _last(item, "machineType"), shape),
        "instance": _text(item, "id"),
        "availability_domain": _last(item, "zone"),
        "island": _text(place, "cluster"),
        "block": _text(place, "block"),
        "subblock": _text(place, "subblock"),
        "host": _text(place, "host"),
    }


def _azure(item: Mapping[str, Any], shape: str) -> dict[str, str]:
    zones = item.get("zones")
    return {
        "name": _text(_inside(item, "osProfile"), "computerName") or _text(item, "name"),
        "address": _text(item, "privateIps").split(",")[0],
        "role": _role(_inside(item, "tags"), _text(_inside(item, "hardwareProfile"), "vmSize"), shape),
        "instance": _text(item, "vmId"),
        "availability_domain": str(zones[0]) if isinstance(zones, list) and zones else "",
    }


_VALUES: Mapping[str, Callable[[Mapping[str, Any], str], dict[str, str]]] = {
    "dgx-cloud-gcp": _google,
    "dgx-cloud-azure": _azure,
}


def _role(labels: object, shape: str, wanted: str) -> str:
    """What the label says; without one a machine of the nodes' shape is a node, and another one its own shape."""
    said = _text(labels, LABEL)
    return said or ("dgx" if shape.lower() == wanted.lower() else f"shape {shape or 'unknown'}")


def _inside(item: object, *keys: str) -> object:
    for key in keys:
        item = item.get(key) if isinstance(item, dict) else None
    return item


def _text(item: object, key: str) -> str:
    value = item.get(key) if isinstance(item, dict) else None
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _last(item: object, key: str) -> str:
    """The last word of an address such as .../zones/us-central1-a."""
    return _text(item, key).rsplit("/", 1)[-1]
