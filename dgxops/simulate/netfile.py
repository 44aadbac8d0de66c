"""Fabric -> the net file that ibsim reads: one block a device, one line a connected port.

The format is that of ibsim's net-examples/examples.README and of ibnetdiscover: a header with the number of ports, an
id, and after # the node description; then ``[port] "peer id"[peer port]``. GUIDs are given, not left to ibsim, so that
what the tools print can be told apart by them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dgxops.errors import DgxopsError
from dgxops.model.fabric import Endpoint, Fabric, Switch
from dgxops.model.node import Host

SWITCH_GUIDS = 0x0200_0000_0000_0000
ADAPTER_GUIDS = 0x0100_0000_0000_0000
"""Where simulated GUIDs begin; an adapter's one port has the GUID after its own, as ibsim counts."""

DESCRIPTION_BYTES = 64
"""Length of the NodeDescription attribute (InfiniBand Architecture Specification, volume 1, 14.2.5.2)."""

Plug = tuple[str, int]
"""A port by its device's node description and its number from 1; an adapter's only port is 1."""

Names = Mapping[tuple[str, str], str]
"""Host and printed port ("dgx-001", "OSFP4P2") -> RDMA device ("mlx5_0")."""


@dataclass(frozen=True, slots=True)
class Device:
    """One switch or one adapter of the fabric. ``ident`` is short and unique, ``name`` the node description.

    ``unit`` is the machine it is part of, and ``slot`` what it is there: the host and the RDMA device for an adapter,
    the switch itself and nothing for a switch. ``label`` is what a person at the rack calls it.
    """

    ident: str
    name: str
    ports: int
    guid: int
    is_switch: bool
    unit: str
    slot: str
    label: str


@dataclass(frozen=True, slots=True)
class Net:
    """Devices, switches first, and cables, lower end first; both in the order of the fabric."""

    devices: tuple[Device, ...]
    cables: tuple[tuple[Plug, Plug], ...]

    @property
    def adapters(self) -> tuple[Device, ...]:
        return tuple(d for d in self.devices if not d.is_switch)

    @property
    def switches(self) -> tuple[Device, ...]:
        return tuple(d for d in self.devices if d.is_switch)

    @property
    def ports(self) -> int:
        """All ports as a simulator counts them: with the management port that each switch has besides."""
        return sum(d.ports + d.is_switch for d in self.devices)


def rdma_names(hosts: Iterable[Host]) -> Names:
    """The RDMA device behind every port that has one."""
    systems = ((host, host.system) for host in hosts if host.system)
    return {(host.name, p.name): p.rdma for host, system in systems for p in system.ports if p.rdma}


def net_of(fabric: Fabric, names: Names) -> Net:
    """The devices and cables of an InfiniBand fabric; every host port is an adapter of its own, as on DGX systems.

    Its node description is the one that a real system's driver sets: host, then RDMA device ("dgx-001 mlx5_0").

    Raises:
        DgxopsError: a port with two cables, or a name too long for a node description.
    """
    switches = {s.name: s for s in fabric.switches}
    ends = dict.fromkeys(end for k in fabric.links for end in (k.a, k.z) if end.device not in switches)
    devices = (*_switches(fabric.switches), *_adapters(list(ends), names))
    cables = tuple((_plug(k.a, switches, names), _plug(k.z, switches, names)) for k in fabric.links)
    _refuse_double_use(cables)
    _refuse_long_names(devices)
    return Net(devices, cables)


def _plug(end: Endpoint, switches: Mapping[str, Switch], names: Names) -> Plug:
    """A switch port keeps its number; any other is port 1 of an adapter of its own."""
    return (end.device, int(end.port)) if end.device in switches else (adapter_name(end, names), 1)


def adapter_name(end: Endpoint, names: Names) -> str:
    """The node description of the adapter behind a host's port; a port without an RDMA device gives its own name."""
    return f"{end.device} {names.get((end.device, end.port), end.port)}"


def _switches(switches: Sequence[Switch]) -> Iterator[Device]:
    for number, s in enumerate(switches):
        yield Device(f"S{number}", s.name, s.ports, SWITCH_GUIDS + number, True, s.name, "", s.name)


def _adapters(ends: Sequence[Endpoint], names: Names) -> Iterator[Device]:
    for number, end in enumerate(ends):
        name, guid = adapter_name(end, names), ADAPTER_GUIDS + 2 * number
        slot = name.removeprefix(f"{end.device} ")
        label = f"{end.device} {end.port}" + (f" ({slot})" if slot != end.port else "")
        yield Device(f"H{number}", name, 1, guid, False, end.device, slot, label)


def _refuse_double_use(cables: Iterable[tuple[Plug, Plug]]) -> None:
    seen: set[Plug] = set()
    for end in (end for cable in cables for end in cable):
        if end in seen:
            raise DgxopsError(f"port {end[1]} of {end[0]} has two cables: no such fabric can be simulated")
        seen.add(end)


def _refuse_long_names(devices: Iterable[Device]) -> None:
    for device in devices:
        if len(device.name.encode()) > DESCRIPTION_BYTES:
            raise DgxopsError(f"{device.name!r} is longer than the {DESCRIPTION_BYTES} bytes of a node description")


def text_of(net: Net) -> str:
    """The net file."""
    idents = {d.name: d.ident for d in net.devices}
    peers: defaultdict[str, list[tuple[int, Plug]]] = defaultdict(list)
    for a, z in net.cables:
        peers[a[0]].append((a[1], z))
        peers[z[0]].append((z[1], a))
    return "\n".join(_block(d, sorted(peers[d.name]), idents) for d in net.devices)


def _block(device: Device, peers: Iterable[tuple[int, Plug]], idents: Mapping[str, str]) -> str:
    guid, kind = ("switchguid", "Switch") if device.is_switch else ("caguid", "Hca")
    head = f'{guid}={device.guid:#x}\n{kind}\t{device.ports} "{device.ident}"\t# "{device.name}"\n'
    return head + "".join(f'[{port}]\t"{idents[name]}"[{number}]\n' for port, (name, number) in peers)
