"""Everything that is proved of one cluster, offline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from dgxops.check import breakout, hardware, imex, places, software, zones
from dgxops.check.addresses import prove_addresses
from dgxops.check.fabric import prove_fabrics
from dgxops.check.fabric.ports import ENDPOINTS
from dgxops.check.git import Committed
from dgxops.check.growth import growth
from dgxops.check.slurm.lint import lint, version_of
from dgxops.check.slurm.told import blocks_told
from dgxops.check.slurm.truth import of_cluster
from dgxops.check.subnet_managers import subnet_managers
from dgxops.check.unsaid import site_must_say
from dgxops.model.cluster import Cluster
from dgxops.model.proof import CheckReport, Proof
from dgxops.render import dns, site, slurm
from dgxops.render.cabling import schedule
from dgxops.render.cabling.plant import plant_of


def check(cluster: Cluster, committed: Committed) -> CheckReport:
    """Fabrics, addresses, names, racks, zones, hardware, growth since ``committed``, and the rendered Slurm files."""
    fabrics = (rented("fabrics"),) if cluster.rented else prove_fabrics(cluster)
    return CheckReport(
        cluster.name,
        (
            *fabrics,
            *_addresses_and_names(cluster, committed),
            rented("racks") if cluster.rented else places.racks(cluster),
            *breakout.prove_breakout(cluster),
            *imex.prove_imex(cluster),
            _growth(cluster, committed, all(p.holds for p in fabrics if p.name == ENDPOINTS) and _placed(cluster)),
            rented("release") if cluster.rented else software.release(cluster),
            *site_must_say(cluster),
            *subnet_managers(cluster),
            *prove_slurm(cluster, slurm.artifacts(cluster)),
            *blocks_told(cluster),
        ),
    )


RENTED = {
    "fabrics": "nothing to prove: rented, the provider has cabled it",
    "racks": "nothing to prove: rented, the provider has placed it",
    "release": "nothing to prove: rented, the provider's image is the operating system",
}


def rented(name: str) -> Proof:
    """What is the provider's to prove."""
    return Proof(name, RENTED[name], proved=False)


def _addresses_and_names(cluster: Cluster, committed: Committed) -> tuple[Proof, ...]:
    """What has an address twice or a name twice has it in DNS too: there only a sound cluster is looked at."""
    single, *others = prove_addresses(cluster)
    named = places.names(cluster)
    if not cluster.rented and all(proof.holds for proof in (single, *others, named)):
        named = zones.in_dns(named, dns.artifacts(cluster), committed.zones)
    return (hardware.with_hardware(single, cluster), *others, named)


def _growth(cluster: Cluster, committed: Committed, drawable: bool) -> Proof:
    """A cable that ends nowhere has no row in the schedule: then there is nothing to compare."""
    if not drawable:
        return Proof("growth", "not compared: some cables end nowhere, or in no rack", proved=False)
    made = {"site/addresses.csv": site.addresses_csv(cluster)}
    if not cluster.rented:
        made |= schedule.artifacts(plant_of(cluster)) | {"site/floor.csv": site.floor_csv(cluster)}
    return growth(committed, made, frozenset(_plain(cluster)))


def _plain(cluster: Cluster) -> Iterator[str]:
    """Names of the hosts and switches of plain groups."""
    plain = {group.name for group in cluster.groups if not group.scalable_units}
    yield from (host.name for host in cluster.hosts if host.group in plain)
    yield from (switch.name for fabric in cluster.fabrics for switch in fabric.switches if switch.group in plain)


def _placed(cluster: Cluster) -> bool:
    """Whether everything stands in a rack that is there."""
    return {thing.rack for thing in places.things(cluster)} <= {rack.name for rack in cluster.racks}


def prove_slurm(cluster: Cluster, artifacts: Mapping[str, str]) -> tuple[Proof, ...]:
    """The Slurm files among ``artifacts``, held against the machines they are for."""
    texts = {PurePosixPath(p).name: text for p, text in artifacts.items() if p.startswith(f"{slurm.FOLDER}/")}
    return lint(texts, version_of(cluster.slurm.settings.version), of_cluster(cluster))
