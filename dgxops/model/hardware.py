"""What only delivery tells: hardware addresses, GUIDs and serial numbers, as hardware.csv says them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PortRecord:
    """One port of a device; ``port`` is called what the model calls it ("OSFP4P2", "BMC", "NIC1", "mgmt0").

    ``mac`` is in lower case with colons, ``guid`` is "0x" and sixteen digits; None where the file says nothing.
    """

    port: str
    mac: str | None = None
    guid: str | None = None


@dataclass(frozen=True, slots=True)
class HardwareRecord:
    """One host, switch or fixture. ``guid`` is the device's own, which a switch has (its node GUID)."""

    device: str
    serial: str | None = None
    guid: str | None = None
    ports: tuple[PortRecord, ...] = ()

    def mac(self, port: str) -> str | None:
        """The hardware address of a port; None where it is not known."""
        return next((p.mac for p in self.ports if p.port == port), None)
