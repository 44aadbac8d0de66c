"""The page that lies beside the cable files: what each is for, and what in it is an assumption."""

from __future__ import annotations

from dgxops.render.cabling import route
from dgxops.render.cabling.plant import Plant
from dgxops.render.uncabled import uncabled

_TEXT = f"""\
# Cable files

Written by dgxops render. Files for tools that a cluster has no use for (no InfiniBand, no Ethernet) are not there.

| file | for |
|---|---|
| `cables.csv` | every cable once; ports are numbers from 1 at the rate of the links, `17/3` a breakout lane |
| `labels.csv` | two labels a cable, one row each; ports as the devices name them |
| `racks/<rack>.csv` | what is plugged where, from the lowest unit up |
| `mission-control/p2p_ethernet.csv` | bcm-netautogen; a bundle is the cables of two racks, transceivers stay empty |
| `ufm/cable-validation-1.4.xlsx` | UFM Cable Validation Tool 1.4 to 1.6, a sheet a fabric, not of the out-of-band one |
| `ufm/hca-mapping-<system>.csv` | its mapping file: number of a host port, RDMA device |
| `ufm/cable-validation-1.7.xlsx` | the same tool from 1.7 on; add its Nodes sheet, whose columns no document gives |
| `ufm/<fabric>-ndt-*.csv` | UFM's NDT plugin, by its two file types |
| `ufm/<fabric>.topo` | ibdiagnet, and UFM's master.topo; the digit in `HCA_mlx5_<n>` counts the host's ports |
| `ufm/<fabric>.node-name-map` | OpenSM and the diagnostics; GUIDs from hardware.csv, or to be filled in |

`remark`, in `cables.csv` and the port maps, names an end that is absent; its cables keep their place. "2 fibre cables"
says that the row is a link of eight lanes over fibre (800 Gb/s Ethernet), with a transceiver a cage that has two
connectors: lay two fibre cables side by side and print its labels twice. `../site/bom.csv` counts both.

Ports as devices name them: `9/1` is cage 9, lane 1 of an InfiniBand switch, `sw9p1` the same on an 800 Gb/s one,
`swp9s0` the first lane of cage 9 of an Ethernet switch. A host port whose interface is not known is called by the name
that is printed on the system. `mgmt0` is the management port of a switch, `mgmt` that of a PDU or power shelf, `COMe`
and `BMC` those of an NVLink switch tray, whatever is printed there. A PDU has unit 0: no document
says where it is, and it is reached from below.

## What is assumed

No document gives a floor plan, lengths or media. Rows and places of the racks are in `../site/floor.csv`; racks are
{route.RACK_WIDTH} m wide, rows {route.ROW_PITCH} m apart, cables run in a tray {route.TRAY} m above the racks, and each
end has {route.SLACK} m of slack. `length_class` is the shortest length on sale that reaches, in metres: measure before
ordering. `media` is

| | |
|---|---|
| `DAC` | passive copper, up to {route.DAC_REACH} m: switch to switch, or Ethernet; only in cages that carry one link |
| `ACC` | active copper, up to {route.ACC_REACH} m, the same ends, above 200 Gb/s |
| `AOC` | active optical cable, up to 200 Gb/s and {route.AOC_REACH} m |
| `MMF`, `SMF` | fibre and two transceivers: multimode up to {route.MULTIMODE_REACH} m, single-mode beyond |
| `Cat6` | copper pairs with RJ45, 1 Gb/s: the out-of-band fabric |
| empty | the rate of the link is not known |

InfiniBand at 800 Gb/s has lanes of 200 Gb/s, for which NVIDIA lists neither multimode optics nor active optical nor
passive copper cables: it is single-mode at any length. Passive copper ends at {route.TWIN_DAC_REACH} m where a link has
eight lanes, as Ethernet at 800 Gb/s has.

Which out-of-band switch serves which racks, one management port a switch, and the uplinks to the in-band leaves are
inferred: documents give numbers of switches at most. PDUs have a port only where their number is known.
"""


def artifacts(plant: Plant) -> dict[str, str]:
    """cabling/README.md, where there are cables."""
    if not plant.cables:
        return {}
    lines = uncabled(plant.cluster)
    without = "".join(f"- {line}\n" for line in lines)
    return {"cabling/README.md": _TEXT + (f"\n## What is not cabled\n\n{without}" if lines else "")}
