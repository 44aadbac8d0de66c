"""Forwarding tables over the cables that were found: where a packet goes from a switch, hop by hop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dgxops.simulate.discovered import ADAPTER, SWITCH, Discovered
from dgxops.simulate.forwarding import NO_PORT, Tables

END = -1
"""The number that stands for any device that is not a switch."""

MAX_HOPS = 64
"""Switches after which a packet is taken to go in circles; no fat tree has a path of more than five."""

Channel = int
"""One direction of one cable: switch number x 256 + out port."""


@dataclass(frozen=True, slots=True)
class Routes:
    """Switches by number, in order of GUID: their names, their tables, and what is behind each of their ports."""

    names: tuple[str, ...]
    tables: tuple[bytes, ...]
    behind: tuple[tuple[int, ...], ...]  # by switch and port: the next switch's number, or END
    lids: Mapping[str, int]  # adapters by node description
    switch_of: Mapping[str, int]  # the switch next to each adapter

    def words(self, channel: Channel) -> str:
        switch, port = divmod(channel, 256)
        return f"{self.names[switch]} port {port}"

    def path(self, switch: int, lid: int) -> tuple[Channel, ...] | None:
        """The channels from a switch to the adapter with ``lid``, the last one into it; None where there is no way."""
        channels: list[Channel] = []
        while len(channels) < MAX_HOPS:
            port = self.tables[switch][lid]
            if port in (0, NO_PORT):
                return None
            channels.append(switch << 8 | port)
            switch = self.behind[switch][port]
            if switch == END:
                return tuple(channels)
        return None


def routes_of(found: Discovered, tables: Tables) -> Routes:
    """Number the switches and lay their tables out by number, padded to one length."""
    guids = sorted(guid for guid, device in found.devices.items() if device.kind == SWITCH)
    number = {guid: index for index, guid in enumerate(guids)}
    longest = 1 + max((device.lid for device in found.devices.values()), default=0)
    behind = tuple(tuple(_behind(found, guid, number)) for guid in guids)
    places = {d.name: found.peers[d.guid, 1] for d in found.devices.values() if _is_single(found, d.guid)}
    return Routes(
        tuple(found.devices[guid].name for guid in guids),
        tuple(bytes(tables.get(guid, b"")).ljust(longest, bytes([NO_PORT])) for guid in guids),
        behind,
        {d.name: d.lid for d in found.devices.values() if d.kind == ADAPTER},
        {name: number[guid] for name, (guid, _) in places.items()},
    )


def _is_single(found: Discovered, guid: int) -> bool:
    """Whether it is an adapter whose port 1 is cabled to a switch."""
    peer = found.peers.get((guid, 1))
    return found.devices[guid].kind == ADAPTER and peer is not None and found.devices[peer[0]].kind == SWITCH


def _behind(found: Discovered, guid: int, number: dict[int, int]) -> Iterator[int]:
    for port in range(256):
        peer = found.peers.get((guid, port))
        yield number.get(peer[0], END) if peer else END
