"""A dump of ibnetdiscover -> cables. The parser is that of the simulator, which reads real dumps too."""

from __future__ import annotations

from dgxops.importing.facts import End, SeenCable
from dgxops.importing.text import fault
from dgxops.simulate.discovered import ADAPTER, Found
from dgxops.simulate.discovered import parse as parse_dump


def parse(name: str, text: str) -> tuple[SeenCable, ...]:
    """Every cable once; an adapter "dgx-001 mlx5_0" is port mlx5_0 of dgx-001.

    Raises:
        InputError: nothing in it looks like a device, or no device has a cable.
    """
    found = parse_dump(text.split("\n"))
    if not found.devices:
        hint = 'ibnetdiscover prints Switch 64 "S-..." # "name"; the form of -p is not read'
        raise fault(name, 1, "is no dump of ibnetdiscover", hint)
    pairs = {tuple(sorted((a, z))) for a, z in found.peers.items() if a[0] in found.devices and z[0] in found.devices}
    if not pairs:
        raise fault(name, 1, "names devices, but no cable between them", "was it cut short?")
    devices = found.devices
    ends = ((_end(devices[a], port), _end(devices[z], far)) for (a, port), (z, far) in sorted(pairs))
    return tuple(SeenCable(a, z) for a, z in ends)


def _end(device: Found, port: int) -> End:
    host, _, slot = device.name.partition(" ")
    return (host, slot) if device.kind == ADAPTER and slot else (device.name, str(port))
