"""Ports in the words of switches and of other tools.

The model counts a switch's ports at the rate of its links, as the subnet manager does: port 17 of a switch with two
links a cage is the first lane of cage 9. A breakout lane of an Ethernet switch is "17/3" in the model. Printed are:

| switch | form | example |
|---|---|---|
| InfiniBand | cage, or cage/lane | 17, 9/1 |
| InfiniBand at 800 Gb/s (NVOS) | sw, cage, p, lane | sw9p1 |
| Ethernet | swp, cage, and s with the lane from 0 where split | swp17, swp9s0 |
| any, for its management | as in the model | mgmt0 |
| any, for UFM alone | as the catalogue has it | fnm1 |
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from dgxops.model.fabric import MANAGEMENT_PORT, Fabric, Switch

_NVOS_RATE = 800  # Gb/s: XDR switches run NVOS
_PRINTED = {
    "infiniband": re.compile(r"(\d+)(?:/(\d+))?"),
    "nvos": re.compile(r"sw(\d+)p(\d+)"),
    "ethernet": re.compile(r"swp(\d+)(?:s(\d+))?"),
}


class Style(Enum):
    """How a switch prints its ports."""

    INFINIBAND = "infiniband"
    NVOS = "nvos"
    ETHERNET = "ethernet"


@dataclass(frozen=True, slots=True)
class Face:
    """The ports of one kind of switch: how they are printed, and how many links a cage carries in the model's count.

    ``ufm`` is the port for UFM alone, in the model and printed; both are empty where there is none.
    """

    style: Style
    per_cage: int
    ufm: tuple[str, str] = ("", "")

    def printed(self, port: str) -> str:
        """The name that the switch gives to a port of the model."""
        if self.is_ufm(port):
            return self.ufm[1]
        return port if port == MANAGEMENT_PORT else _printed(self, port)

    def logical(self, printed: str) -> str:
        """The port of the model that the switch calls ``printed``.

        Raises:
            ValueError: no port of such a switch is called that.
        """
        if printed == MANAGEMENT_PORT:
            return printed
        if printed and printed == self.ufm[1]:
            return self.ufm[0]
        found = _PRINTED[self.style.value].fullmatch(printed)
        if not found:
            raise ValueError(f"{printed!r} is no port of such a switch")
        cage, lane = int(found[1]), int(found[2] or 0) + (self.style is Style.ETHERNET and found[2] is not None)
        if self.per_cage > 1:
            return str((cage - 1) * self.per_cage + lane)
        return f"{cage}/{lane}" if lane and self.style is not Style.NVOS else str(cage)

    def is_ufm(self, port: str) -> bool:
        """Whether a port of the model is the one for UFM alone."""
        return port == self.ufm[0]

    def cage(self, port: str) -> int:
        """The cage that a port of the model sits in."""
        return _cage_and_lane(self, port)[0]


def face_of(fabric: Fabric, switch: Switch) -> Face:
    """How a switch of a fabric prints its ports."""
    per_cage = switch.radix // switch.cages if switch.cages else 1
    ufm = switch.ufm_number, switch.ufm_port
    if fabric.protocol == "ethernet":
        return Face(Style.ETHERNET, per_cage, ufm)
    return Face(Style.NVOS if fabric.rate_gbps >= _NVOS_RATE else Style.INFINIBAND, per_cage, ufm)


@lru_cache(maxsize=4096)
def _cage_and_lane(face: Face, port: str) -> tuple[int, int]:
    """Both from 1; lane 0 where the cage is not split."""
    number, _, lane = port.partition("/")
    if lane or face.per_cage == 1:
        return int(number), int(lane or 0)
    cage, first = divmod(int(number) - 1, face.per_cage)
    return cage + 1, first + 1


@lru_cache(maxsize=4096)
def _printed(face: Face, port: str) -> str:
    cage, lane = _cage_and_lane(face, port)
    if face.style is Style.NVOS:
        return f"sw{cage}p{lane or 1}"
    if face.style is Style.ETHERNET:
        return f"swp{cage}s{lane - 1}" if lane else f"swp{cage}"
    return f"{cage}/{lane}" if lane else str(cage)
