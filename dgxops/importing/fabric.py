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
from dgxops.importing.unnamed import NAMING, NO_CABLE, Unnamed, is_unnamed
from dgxops.simulate.discovered import ADAPTER, ROUTER, SWITCH, Discovered, Found
from dgxops.simulate.discovered import parse as parse_dump

_GUID = r"0x[0-9a-f]+"
_REPORT = re.compile(rf"(?P<kind>SW|CA|RT)\s+\d+\s+(?P<port>\d+)\s+(?P<guid>{_GUID})\s+\S+ \S.*?")
_REPORT_LINK = re.compile(
    _REPORT.pattern + rf"\s+-\s+(?P<far_kind>SW|CA|RT)\s+\d+\s+(?P<far_port>\d+)\s+(?P<far_guid>{_GUID})"
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
_WARNING = re.compile(r"ib(warn|error|panic): \[\d+\]|(src|\S*/)\S*\.c:\d+[;:]")  # infiniband-diags and libibnetdisc
_KINDS = {"SW": SWITCH, "CA": ADAPTER, "RT": ROUTER}
_HINT = "want the output of ibnetdiscover alone, whole and as it was printed, with or without -p"


def parse(name: str, text: str, left: list[str] | None = None) -> tuple[SeenCable, ...]:
    """Every cable once; an adapter "dgx-001 mlx5_0" is port mlx5_0 of dgx-001.

    Devices that nobody named, and the cables to them, are left out, and told in ``left``.

    Raises:
        InputError: a line that is no part of such output, a device or an end of a cable that is missing, two devices
            that are called alike, or no cable at all.
    """
    lines, warnings = _without_warnings(text.split("\n"))
    if warnings and left is not None:
        what = f"ibnetdiscover warned {len(warnings)} times, and what it did not reach is missing"
        left.append(f"{name}: {what}: {warnings[0][:80]}")
    unnamed = Unnamed()
    read = _report if any(_REPORT.match(line) for line in lines) else _dump
    pairs = read(name, lines, unnamed)
    if not pairs and not unnamed:
        raise fault(name, 1, "names devices, but no cable between them", "was it cut short?")
    if not pairs:
        raise fault(name, 1, f"names no cable between devices with a name: {unnamed}", NAMING)
    if unnamed and left is not None:
        left.append(f"{name}: {unnamed} ({NAMING})")
    return tuple(SeenCable(a, z) for a, z in sorted(pairs))


def _without_warnings(lines: Iterable[str]) -> tuple[list[str], list[str]]:
    """Lines of the dump, blank where a warning was, and the warnings: both are there where somebody wrote 2>&1."""
    stripped = [line.strip() for line in lines]
    return ["" if _WARNING.match(line) else line for line in stripped], [x for x in stripped if _WARNING.match(x)]


def _dump(name: str, lines: Sequence[str], unnamed: Unnamed) -> set[tuple[End, End]]:
    places = _places(name, lines)
    found = parse_dump(lines)
    if not found.devices:
        raise fault(name, 1, "is no dump of ibnetdiscover", _HINT)
    for end, line in places.items():
        _whole(name, found, end, line)
    _told_apart(name, found)
    devices = found.devices
    ends = {pair for (a, p), (z, q) in found.peers.items() if (pair := _pair(devices[a], p, devices[z], q, unnamed))}
    return {(min(pair), max(pair)) for pair in ends}


def _pair(near: Found, port: int, far: Found, far_port: int, unnamed: Unnamed) -> tuple[End, End] | None:
    """A cable between two devices with names; None for what is no cable, or leads to a device without one."""
    if NO_CABLE in (near.name, far.name):
        return None
    ends = _end(near, port), _end(far, far_port)
    if not is_unnamed(near.name) and not is_unnamed(far.name):
        return ends
    if is_unnamed(near.name):
        unnamed.meet(near.guid, None if is_unnamed(far.name) else ends[1])
    if is_unnamed(far.name):
        unnamed.meet(far.guid, None if is_unnamed(near.name) else ends[0])
    return None


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
    adapters = Counter(d.name for d in found.devices.values() if d.kind == ADAPTER and d.name != NO_CABLE)
    for device, count in (switches + adapters).items():
        if count > 1 and not is_unnamed(device):
            hint = "give every device a name of its own (ibnetdiscover --node-name-map FILE names switches)"
            raise fault(name, 1, f"{count} devices are called {device!r}", hint)


def _report(name: str, lines: Iterable[str], unnamed: Unnamed) -> set[tuple[End, End]]:
    """The form of -p, a line a port."""
    ends: dict[tuple[End, End], int] = {}
    for number, line in enumerate(lines, 1):
        if match := _REPORT_LINK.fullmatch(line):
            device = Found(int(match["guid"], 16), match["name"], _KINDS[match["kind"]], 0)
            peer = Found(int(match["far_guid"], 16), match["far"], _KINDS[match["far_kind"]], 0)
            if pair := _pair(device, int(match["port"]), peer, int(match["far_port"]), unnamed):
                near, far = pair
                if pair in ends:
                    other = f"{near[0]} port {near[1]} has this cable in line {ends[pair]} already"
                    raise fault(name, number, other, "give every device a name of its own")
                ends[pair] = number
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
