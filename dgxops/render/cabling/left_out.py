"""Host ports that are in none of a tool's files, as nobody said what the system itself calls them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dgxops.render.cabling.plant import Cable, End, Plant

_HEAD = """
## Left out

UFM and its tools know a host port by the name that the system gives it: an interface or an RDMA device. A link whose
host port has none that anybody said is not in their files, which would take a name printed on the system for another
port; `cables.csv` has every link.

| ports of | fabric | not known | left out of | links |
|---|---|---|---|---:|
"""
_TAIL = """
For systems, say `hardware.ports.<port>.interface` and `.rdma` in cluster.yml (`ip -brief link` and `rdma link` on a
node print them), and the links are there. Ports of other machines are the site's: add their rows by hand.
"""


def section(plant: Plant) -> str:
    """The part of the page that says so; empty where nothing is left out."""
    rows = sorted(Counter(_lacking(plant)).items())
    lines = "".join(f"| {' | '.join(row)} | {count:,} |\n" for row, count in rows)
    return f"{_HEAD}{lines}{_TAIL}" if lines else ""


def _lacking(plant: Plant) -> Iterator[tuple[str, str, str, str]]:
    kinds = {h.name: h.system.of_a_host if h.system else f"{h.role.value} machines" for h in plant.cluster.hosts}
    for cable in plant.cables:
        for end in (cable.a, cable.z):
            if end.is_host and end.name in kinds and not cable.fabric.out_of_band:
                yield from ((kinds[end.name], cable.fabric.name, *lack) for lack in _of(plant, cable, end))


def _of(plant: Plant, cable: Cable, end: End) -> Iterator[tuple[str, str]]:
    """What is not known of a host's end of a cable, and the files that want it."""
    infiniband = cable.fabric.protocol == "infiniband"
    if infiniband and not plant.nics.known_rdma(end.at):
        yield "RDMA device", f"`{cable.fabric.name}.topo`, `cable-validation-1.4.xlsx`"
    if not plant.nics.known_interface(end.at):
        files = ["`cable-validation-1.7.xlsx`"]
        files += [f"`{cable.fabric.name}-ndt-switch_to_host.csv`"] if infiniband else []
        files += ["`cable-validation-1.4.xlsx`"] if not infiniband and not plant.nics.rail(end.at) else []
        yield "interface", ", ".join(files)
