"""What ibnetdiscover printed -> cables: its topology, or with -p its list of ports. Every line must be understood.

The forms are those of infiniband-diags (ibnetdiscover(8)): blocks "Switch 64 ..." with lines "[1] ...", or lines
"SW 4 1 0x... 4x NDR - CA ...". Tabs may have become spaces.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from dgxops.importing.facts import End, SeenCable
from dgxops.importing.text import fault
from dgxops.simulate.discovered import ADAPTER, ROUTER, SWITCH, Discovered, Found
from dgxops.simulate.discovered import parse as parse_dump

_GUID = r"0x[0-9a-f]+"
_REPORT = re.compile(rf"(?P<kind>SW|CA|RT)\s+\d+\s+(?P<port>\d+)\s+{_GUID}\s+\S+ \S.*?")
_REPORT_LINK = re.compile(
    _REPORT.pattern + rf"\s+-\s+(?P<far_kind>SW|CA|RT)\s+\d+\s+(?P<far_port>\d+)\s+{_GUID}"
    r"\s+\( '(?P<name>.*)' - '(?P<far>.*)' \)\s*"
)
_REPORT_FREE = re.compile(_REPORT.pattern + r"\s+'.*'\s*")
_HEAD = re.compile(r'(Switch|Ca|Rt)\s+\d+\s+"[SHR]-[0-9a-f]{16}"\s*#\s*".*".*')
_PORT = re.compile(
    r'\[(?P<port>\d+)\](\[ext \d+\])?(\([0-9a-f]+\))?\s*"[SHR]-(?P<peer>[0-9a-f]{16})"\[(?P<peer_port>\d+)\]'
    r"(\[ext \d+\])?(\([0-9a-f]+\))?(\s.*)?"
)
_OTHER = re.compile(rf"#.*|(vendid|devid|sysimgguid|chassisguid)={_GUID}.*|(Non-)?Chassis\b.*|(Spine|Line) Nodes.*")
_GUIDS = re.compile(rf"(switch|ca|rt)guid={_GUID}.*")
_MANAGED = re.compile(r"MF0;(?P<name>[^:;]+):[^/]+/U\d+")  # MLNX-OS calls a switch so: MF0;leaf-01:MQM9700/U1
_NO_CABLE = "Mellanox Technologies Aggregation Node"  # inside a switch
_KINDS = {"SW": SWITCH, "CA": ADAPTER, "RT": ROUTER}
_HINT = "want the output of ibnetdiscover alone, whole and as it was printed, with or without -p"


def parse(name: str, text: str) -> tuple[SeenCable, ...]:
    """Every cable once; an adapter "dgx-001 mlx5_0" is port mlx5_0 of dgx-001.

    Raises:
        InputError: a line that is no part of such output, a device or an end of a cable that is missing, two devices
            that are called alike, or no cable at all.
    """
    lines = [line.strip() for line in text.split("\n")]
    pairs = _report(name, lines) if any(_REPORT.match(line) for line in lines) else _dump(name, lines)
    if not pairs:
        raise fault(name, 1, "names devices, but no cable between them", "was it cut short?")
    return tuple(SeenCable(a, z) for a, z in sorted(pairs))


def _dump(name: str, lines: Sequence[str]) -> set[tuple[End, End]]:
    places = _places(name, lines)
    found = parse_dump(lines)
    if not found.devices:
        raise fault(name, 1, "is no dump of ibnetdiscover", _HINT)
    for end, line in places.items():
        _whole(name, found, end, line)
    _told_apart(name, found)
    devices = found.devices
    ends = {(_end(devices[a], p), _end(devices[z], q)) for (a, p), (z, q) in found.peers.items()
            if _NO_CABLE not in (devices[a].name, devices[z].name)}  # fmt: skip
    return {(min(pair), max(pair)) for pair in ends}


def _places(name: str, lines: Sequence[str]) -> dict[tuple[int, int], int]:
    """Line of every cabled port, by its device's GUID and its number; every line is checked."""
    places: dict[tuple[int, int], int] = {}
    guid, headed = 0, False
    for number, line in enumerate(lines, 1):
        if _GUIDS.fullmatch(line):
            guid, headed = int(line.partition("=")[2].partition("(")[0], 16), False
        elif _HEAD.fullmatch(line):
            if not guid or headed:
                raise fault(name, number, "a device without a line switchguid=, caguid= or rtguid= before it", _HINT)
            headed = True
        elif match := _PORT.fullmatch(line):
            if not headed:
                raise fault(name, number, "a port of no device", _HINT)
            places[guid, int(match["port"])] = number
        elif line and not _OTHER.fullmatch(line):
            raise fault(name, number, f"is no line of ibnetdiscover: {line[:60]}", _HINT)
    return places


def _whole(name: str, found: Discovered, end: tuple[int, int], line: int) -> None:
    """A cable is told from both its ends."""
    peer = found.peers[end]
    if peer[0] not in found.devices:
        raise fault(name, line, f"leads to device {peer[0]:#018x}, which is not in the file", "was it cut short?")
    if found.peers.get(peer) != end:
        other = f"port {peer[1]} of {found.devices[peer[0]].name}"
        raise fault(name, line, f"leads to {other}, which does not lead back", "was it cut short, or are lines lost?")


def _told_apart(name: str, found: Discovered) -> None:
    switches = Counter(_called(d.name) for d in found.devices.values() if d.kind == SWITCH)
    adapters = Counter(d.name for d in found.devices.values() if d.kind == ADAPTER and d.name != _NO_CABLE)
    for device, count in (switches + adapters).items():
        if count > 1:
            hint = "give every device a name of its own (ibnetdiscover --node-name-map FILE names switches)"
            raise fault(name, 1, f"{count} devices are called {device!r}", hint)


def _report(name: str, lines: Iterable[str]) -> set[tuple[End, End]]:
    """The form of -p, a line a port."""
    ends: dict[tuple[End, End], int] = {}
    for number, line in enumerate(lines, 1):
        if match := _REPORT_LINK.fullmatch(line):
            if _NO_CABLE not in (match["name"], match["far"]):
                near = _end(Found(0, match["name"], _KINDS[match["kind"]], 0), int(match["port"]))
                far = _end(Found(0, match["far"], _KINDS[match["far_kind"]], 0), int(match["far_port"]))
                if (near, far) in ends:
                    other = f"{near[0]} port {near[1]} has this cable in line {ends[near, far]} already"
                    raise fault(name, number, other, "give every device a name of its own")
                ends[near, far] = number
        elif line and not _REPORT_FREE.fullmatch(line) and not line.startswith("#"):
            raise fault(name, number, f"is no line of ibnetdiscover -p: {line[:60]}", _HINT)
    for (near, far), number in ends.items():
        if (far, near) not in ends:
            raise fault(name, number, f"leads to {far[0]} port {far[1]}, which does not lead back", "was it cut short?")
    return {(min(pair), max(pair)) for pair in ends}


def _called(description: str) -> str:
    match = _MANAGED.fullmatch(description)
    return match["name"] if match else description


def _end(device: Found, port: int) -> End:
    host, _, slot = device.name.partition(" ")
    return (host, slot) if device.kind == ADAPTER and slot else (_called(device.name), str(port))
