"""The page that lies beside the cable files: what each is for, and what in it is an assumption."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dgxops.catalogue.cables import cables
from dgxops.model.fabric import LinkKind
from dgxops.render.cabling import left_out, route
from dgxops.render.cabling.cages import FIBRE
from dgxops.render.cabling.plant import Cable, Plant
from dgxops.render.uncabled import uncabled


def _lengths(kind: str) -> str:
    """Lengths of a kind of cable, as one reads them."""
    entry = cables()[kind]
    words = ", ".join(f"{metres:g}" for metres in entry.lengths)
    return f"{words}, then in steps of {entry.step}" if entry.step else words


_TEXT = f"""\
# Cable files

Written by dgxops render. Files for tools that a cluster has no use for (no InfiniBand, no Ethernet) are not there.

| file | for |
|---|---|
| `cables.csv` | every cable once{{legs}}; ports count from 1 at the rate of the links, `17/3` is a lane |
| `labels.csv` | a label an end, one row each; ports as the devices name them |
| `racks/<rack>.csv` | what is plugged where, from the lowest unit up |
| `mission-control/p2p_ethernet.csv` | bcm-netautogen; a bundle is the cables of two racks, transceivers stay empty |
| `ufm/cable-validation-1.4.xlsx` | UFM Cable Validation Tool 1.4 to 1.6, a sheet a fabric, not of the out-of-band one |
| `ufm/hca-mapping-<system>.csv` | its mapping file: number of a host port, RDMA device |
| `ufm/cable-validation-1.7.xlsx` | the same tool from 1.7 on; add its Nodes sheet, whose columns no document gives |
| `ufm/<fabric>-ndt-*.csv` | UFM's NDT plugin, by its two file types |
| `ufm/<fabric>.topo` | ibdiagnet, and UFM's master.topo; the digit in `HCA_mlx5_<n>` counts the host's ports |
| `ufm/<fabric>.node-name-map` | OpenSM and the diagnostics; GUIDs from hardware.csv, or to be filled in |

`remark`, in `cables.csv` and the port maps, names an end that is absent; its cables keep their place.{{parts}}

Ports as devices name them: `9/1` is cage 9, lane 1 of an InfiniBand switch, `sw9p1` the same on an 800 Gb/s one,
`swp9s0` the first lane of cage 9 of an Ethernet switch. A host port is called by the name that is printed on the
system; files for UFM call it as the system does, and lack the ports whose names nobody said: where there are such, they
are listed at the end. `mgmt0` is the management port of a switch, `mgmt` that of a PDU or power shelf, `COMe` and `BMC`
those of an NVLink switch tray, whatever is printed there. A PDU of unit 0 stands beside the units (zero-U), as no
document gives it any, and is reached from below.

## What is assumed

No document gives a floor plan, lengths or media. Rows and places of the racks are in `../site/floor.csv`; racks are
{route.RACK_WIDTH} m wide, rows {route.ROW_PITCH} m apart, cables run in a tray {route.TRAY} m above the racks, and each
end has {route.SLACK} m of slack. Within a rack a cable goes to the side and back ({route.RACK_WIDTH} m) and, between a
switch and what is none, from one face to the other ({route.RACK_DEPTH} m). `length_class` is the shortest length on
sale that reaches, in metres: measure before ordering. `media` is the first of these that reaches

| | | lengths on sale, m |
|---|---|---|
| `DAC` | passive copper: switch to switch, or Ethernet; only in cages that carry one link | {_lengths("DAC")} |
| `DAC` | the same of eight lanes, as Ethernet at 800 Gb/s has | {_lengths("DAC of eight lanes")} |
| `ACC` | active copper, the same ends, above 200 Gb/s | {_lengths("ACC")} |
| `AOC` | active optical cable, up to 200 Gb/s; only in cages that carry one link | {_lengths("AOC")} |
| `MMF` | multimode fibre and two transceivers | {_lengths("MMF")} |
| `SMF` | single-mode fibre and two transceivers | {_lengths("SMF")} |
| `DAC splitter` | OSFP to 2x QSFP56, passive copper | {_lengths("DAC splitter")} |
| `AOC splitter` | OSFP to 2x QSFP56, active optical | {_lengths("AOC splitter")} |
| `MMF splitter` | fibre, one connector of a twin-port transceiver to two transceivers | {_lengths("MMF splitter")} |
| `Cat6` | copper pairs with RJ45, 1 Gb/s: the out-of-band fabric | {_lengths("Cat6")} |
| empty | the rate of the link is not known, or nothing on sale is as long | |

Lengths are those of NVIDIA's parts as far as they were at hand; those of fibre are in part from memory, and those of
Cat6 are common ones. InfiniBand at 800 Gb/s has lanes of 200 Gb/s, for which NVIDIA lists neither multimode optics nor
active optical nor passive copper cables: it is single-mode at any length.

{{multihoming}}Which out-of-band switch serves which racks, one management port a switch, and the uplinks to the in-band
leaves are inferred: documents give numbers of switches at most. PDUs have a port only where their number is known.
"""


_FIBRES = """ "2 fibre cables"
says that the row is a link of eight lanes over fibre (800 Gb/s Ethernet), with a transceiver a cage that has two
connectors: lay two fibre cables side by side, each from a connector to the like one of the other end. `labels.csv` says
"swp41 a" and "swp41 b": swapped at one end they would cross lanes 1 to 4 with 5 to 8. `../site/bom.csv` counts both."""
_FLOOR = """

Units are empty for what stands on a floor."""
_FOR_UFM = """

Beside its numbered ports a leaf or spine has one for UFM alone, `{name}`, which the model counts after them:
`cables.csv` says port {number}, and `remark` the name."""
_SPLITTERS = """

Rows with the same `splitter` are the legs of one cable, whose one plug goes into the cage that the name says (`48`;
where the cage's transceiver has two connectors, `1a` and `1b`). A leg without a partner is left unused."""
_SLOW = """

An uplink of an out-of-band switch is QSFP28 at 100 Gb/s and the cage of an 800 Gb/s switch OSFP: no plain cable fits
both, so two of them share one of OSFP to 2x QSFP56. Whether both switches run it at 2 x 100 Gb/s must be confirmed on
NVIDIA's compatibility list."""
_HALF_USED = """

{count:,} cages of switches that hold two ports carry one fibre link: the other port is free, or of a unit to come. Each
takes a twin-port transceiver of its own all the same, and `../site/bom.csv` counts one a cage."""
_P2P = """

No document says in which words `p2p_ethernet.csv` names transceivers, so both columns stay empty there."""
_MULTIHOMING = {
    "mlag": "The two leaves of a pair are one to a system that bonds its ports over them, by MLAG{links}. That is\n"
    "inferred.",
    "evpn": "The two leaves of a pair are one to a system that bonds its ports over them, by EVPN multihoming, which\n"
    "needs no link between the two. That is inferred: with MLAG two cables a pair come on top.",
}
_PEERS = ": hence the links\nbetween the two (`leaf_leaf`), on their last ports as in NVIDIA's BasePOD deployment guide"
_TWIN = 2  # ports of a cage


def artifacts(plant: Plant) -> dict[str, str]:
    """cabling/README.md, where there are cables; it explains what this design has."""
    if not plant.cables:
        return {}
    legs = ", splitters leg by leg" if any(c.splitter for c in plant.cables) else ""
    text = _TEXT.format(multihoming="".join(_multihoming(plant)), parts="".join(_parts(plant)), legs=legs)
    lines = uncabled(plant.cluster)
    without = "\n## What is not cabled\n\n" + "".join(f"- {line}\n" for line in lines) if lines else ""
    return {"cabling/README.md": text + left_out.section(plant) + without}


def _parts(plant: Plant) -> Iterator[str]:
    """What a row is that is more or less than one cable, and what a cage takes that is not full."""
    if any(c.fibres > 1 for c in plant.cables):
        yield _FIBRES
    if any(end.unit is None for c in plant.cables for end in (c.a, c.z)):
        yield _FLOOR
    for name, number in dict.fromkeys((c.z.printed, c.z.at.port) for c in plant.cables if c.z.for_ufm):
        yield _FOR_UFM.format(name=name, number=number)
    if any(c.splitter for c in plant.cables):
        yield _SPLITTERS
    if any(c.splitter and c.splitter.slow for c in plant.cables):
        yield _SLOW
    if count := half_used(plant.cables):
        yield _HALF_USED.format(count=count)
    if plant.of("ethernet"):
        yield _P2P


def half_used(cables: Iterable[Cable]) -> int:
    """Cages of switches, two ports each, of which one alone has a fibre link."""
    found: dict[tuple[str, str], set[str]] = {}
    for end in (end for c in cables if c.media in FIBRE for end in (c.a, c.z)):
        if end.device.face and end.device.face.per_cage == _TWIN:
            found.setdefault((end.name, end.cage), set()).add(end.at.port)
    return sum(len(ports) == 1 for ports in found.values())


def _multihoming(plant: Plant) -> Iterator[str]:
    for kind in dict.fromkeys(f.multihoming for f in plant.cluster.fabrics if f.multihoming):
        links = _PEERS if any(c.kind is LinkKind.LEAF_LEAF for c in plant.cables) else ""
        yield f"{_MULTIHOMING[kind].format(links=links)}\n\n"
