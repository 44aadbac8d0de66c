#!/usr/bin/env python3
"""Hold what dgxops derives against every published component count, and write the table.

usage: scripts/published_counts.py [FILE]        (FILE: docs/published-counts.md unless given)

Ends with 1 when a count differs that dgxops/catalogue/published.yml does not document as a conflict.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd
from pathlib import Path
from typing import Any

import yaml

from dgxops import catalogue
from dgxops.expand import expand
from dgxops.expand.services import SERVED_ROLES
from dgxops.model.cluster import Cluster
from dgxops.model.fabric import Fabric, LinkKind
from dgxops.model.node import HostRole
from dgxops.paths import catalogue_root
from dgxops.render.power import power_of
from dgxops.spec.schema import ClusterSpec

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "docs" / "published-counts.md"
WIDE = {"management": {"subnet": "10.0.0.0/12"}, "oob": {"subnet": "10.16.0.0/12"}}
OTHERS = (
    "DGX BasePOD RA-11127-001 V5, table 4.2 (4 and 8 systems): another product, whose two switches carry everything.",
    "Selene, 560 DGX A100, 850 switches (arXiv 2104.04473): one total over fabrics that it does not tell apart.",
    "DGX GB200 RA-11338-001, network fabrics: only the start of its text on the compute fabric was at hand. A text on "
    "the document for DGX GB300 has the trays of a unit one hop apart on a rail, and two leaves a rail in the same "
    "breath; with a leaf a rack, as third parties read DGX GB200's, that holds in a rack, and racks meet at spines.",
    "A third party's plan for 72 DGX B300, 4 SN4700 besides the rows above: what they are for is not said.",
)
KEYS = ("document", "confidence", "architecture", "omit", "populated", "fabric", "units", "services", "conflicts")


@dataclass(frozen=True)
class Row:
    """One published row: ``counts`` as printed, ``conflicts`` by the name of a count.

    ``populated`` counts the positions that hold a node; None: all. ``services`` are those of the spec; None: its own.
    """

    document: str
    confidence: str
    architecture: str
    omit: str
    populated: int | None
    fabric: str
    units: int
    services: dict[str, int] | None
    counts: dict[str, int | str]
    conflicts: dict[str, str]


def rows() -> list[Row]:
    """Every row of the catalogue's file, in order."""
    data = yaml.safe_load((catalogue_root() / "published.yml").read_text(encoding="utf-8"))
    return [_row({**table, **row}) for table in data for row in table.pop("rows")]


def _row(data: dict[str, Any]) -> Row:
    words = {key: data.get(key) for key in KEYS}
    counts = {k: v for k, v in data.items() if k not in KEYS}
    return Row(
        **{**words, "fabric": data.get("fabric", "compute"), "conflicts": data.get("conflicts", {})}, counts=counts
    )


def derive(row: Row) -> dict[str, int | str | None]:
    """The same counts as dgxops derives them."""
    cluster = _cluster(row)
    fabric = cluster.fabric(row.fabric)
    tiers = {tier.value: count for tier, count in fabric.switch_counts().items()}
    cables = {kind.value: count for kind, count in fabric.cable_counts().items()}
    return {
        "nodes": len(cluster.nodes),
        "gpus": cluster.gpus,
        "racks": len(cluster.racks),
        "switches": sum(tiers.values()),
        "node_leaf_and_ufm": cables["node_leaf"] + cables.get("ufm", 0),
        "racks_without_nodes": sum(rack.kind != "compute" for rack in cluster.racks),
        "power_kw": power if (power := power_of(cluster).whole) is None else round(power),
        "nodes_to_uplinks": _nodes_to_uplinks(fabric),
        **_machines(cluster),
        **tiers,
        **cables,
    }


def _machines(cluster: Cluster) -> dict[str, int]:
    """UFM appliances, and the other machines by role and together as "management"."""
    found = Counter(host.role for host in cluster.hosts)
    own = {role.value: found[role] for role in SERVED_ROLES}
    return {**own, "management": sum(own.values()), "ufm_appliances": found[HostRole.UFM]}


def _nodes_to_uplinks(fabric: Fabric) -> str:
    """Links to systems of the leaf that has the most of them, to its uplinks: "8:7"; empty without uplinks."""
    down, up = (
        Counter(getattr(link, end).device for link in fabric.links if link.kind is kind)
        for kind, end in ((LinkKind.NODE_LEAF, "z"), (LinkKind.LEAF_SPINE, "a"))
    )
    leaf = max(down, key=lambda name: down[name], default="")
    divisor = gcd(down[leaf], up[leaf]) or 1
    return f"{down[leaf] // divisor}:{up[leaf] // divisor}" if up[leaf] else ""


def _cluster(row: Row) -> Cluster:
    known = catalogue.load()
    spec = {
        "name": "published",
        "platform": known.architectures[row.architecture].systems[-1],
        "architecture": row.architecture,
        "scalable_units": row.units,
        "omit": row.omit,
        "nodes": row.populated,
        **({"services": row.services} if row.services else {}),
        "networks": {**WIDE, "compute": {"subnet": "100.64.0.0/12"}, "storage": {"subnet": "100.80.0.0/12"}},
    }
    return expand(ClusterSpec.model_validate(spec), known)


def table() -> str:
    """The whole table as Markdown."""
    lines = [
        "# Published component counts against what dgxops derives",
        "",
        "Written by `scripts/published_counts.py`; the rows are those of `dgxops/catalogue/published.yml`. A count",
        "stands alone where both agree; where a document is at odds with itself or with another one, or counts what",
        "is not designed here, the derived count stands behind it, and the reason below.",
        "Confidence: read in NVIDIA's own text, or secondary, as a third party describes it.",
        "",
        "| document | confidence | fabric | units | counts (published, and derived where it differs) |",
        "|---|---|---|---:|---|",
        *(_line(row) for row in rows()),
    ]
    others = ["", "Published, but of designs that cannot be held against these:", "", *(f"- {line}" for line in OTHERS)]
    return "\n".join([*lines, "", *_conflicts(), *others]) + "\n"


def _line(row: Row) -> str:
    derived = derive(row)
    told = (f"{k} {v}" if derived[k] == v else f"**{k} {v}, derived {derived[k]}**" for k, v in row.counts.items())
    return f"| {row.document} | {row.confidence} | {row.fabric} | {row.units} | {', '.join(told)} |"


def _conflicts() -> Iterator[str]:
    yield "Documented conflicts:"
    yield ""
    for row in rows():
        for name, why in row.conflicts.items():
            yield f"- {row.document}, {row.fabric}, {row.units} units, {name}: {why}."


def undocumented() -> list[str]:
    """Differences that no conflict accounts for, and conflicts that are none."""
    found = []
    for row in rows():
        derived = derive(row)
        wrong = {name for name, count in row.counts.items() if derived[name] != count}
        found += [f"{row.document}, {row.units} units: {name}" for name in sorted(wrong ^ set(row.conflicts))]
    return found


def main() -> int:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TABLE
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(table(), encoding="utf-8")
    wrong = undocumented()
    print(f"{target}: {len(rows())} published rows, {len(wrong)} differences that nothing documents")
    for line in wrong:
        print(f"  {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
