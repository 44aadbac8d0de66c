"""Ways to break a cluster, each a function from a sound Cluster to one with a single fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

from dgxops.model.cluster import Cluster
from dgxops.model.fabric import Endpoint, Fabric, Link, LinkKind, Tier
from dgxops.model.node import Address, Host

Mutation = Callable[[Cluster], Cluster]


def with_links(cluster: Cluster, links: Sequence[Link]) -> Cluster:
    return with_fabric(cluster, replace(cluster.fabrics[0], links=tuple(links)))


def with_fabric(cluster: Cluster, fabric: Fabric) -> Cluster:
    return replace(cluster, fabrics=(fabric,))


def links_of(cluster: Cluster, kind: LinkKind) -> list[int]:
    """Places of the links of a kind in the fabric."""
    return [i for i, link in enumerate(cluster.fabrics[0].links) if link.kind is kind]


def relink(cluster: Cluster, index: int, *, a: Endpoint | None = None, z: Endpoint | None = None) -> Cluster:
    links = list(cluster.fabrics[0].links)
    links[index] = replace(links[index], a=a or links[index].a, z=z or links[index].z)
    return with_links(cluster, links)


def swap(cluster: Cluster, one: int, other: int) -> Cluster:
    """Two cables with their upper ends exchanged."""
    links = cluster.fabrics[0].links
    return relink(relink(cluster, one, z=links[other].z), other, z=links[one].z)


def drop(cluster: Cluster, indices: Sequence[int]) -> Cluster:
    gone = set(indices)
    return with_links(cluster, [link for i, link in enumerate(cluster.fabrics[0].links) if i not in gone])


def first_cable(cluster: Cluster) -> Link:
    return cluster.fabrics[0].links[0]


def with_host(cluster: Cluster, name: str, change: Callable[[Host], Host]) -> Cluster:
    return replace(cluster, hosts=tuple(change(h) if h.name == name else h for h in cluster.hosts))


def readdress(cluster: Cluster, name: str, network: str, ip: IPv4Address) -> Cluster:
    """Another address for the first of a host's addresses on a network."""

    def changed(host: Host) -> Host:
        first = host.addresses_on(network)[0]
        return replace(host, addresses=tuple(_at(a, ip) if a is first else a for a in host.addresses))

    return with_host(cluster, name, changed)


def _at(address: Address, ip: IPv4Address) -> Address:
    return replace(address, ip=ip)


def resubnet(cluster: Cluster, name: str, subnet: str) -> Cluster:
    wanted = IPv4Network(subnet)
    return replace(
        cluster, networks=tuple(replace(n, subnet=wanted) if n.name == name else n for n in cluster.networks)
    )


# ---- cables


def two_cables_of_a_node_swapped(cluster: Cluster) -> Cluster:
    return swap(cluster, 0, 1)


def a_leaf_port_used_twice(cluster: Cluster) -> Cluster:
    return relink(cluster, 8, z=first_cable(cluster).z)


def a_port_beyond_the_radix(cluster: Cluster) -> Cluster:
    return relink(cluster, 0, z=Endpoint(first_cable(cluster).z.device, "65"))


def a_port_number_that_is_none(cluster: Cluster) -> Cluster:
    return relink(cluster, 0, z=Endpoint(first_cable(cluster).z.device, "0"))


def a_cable_on_the_leaf_of_another_rail(cluster: Cluster) -> Cluster:
    """Port 32 of the fifth leaf is free: position 32 was left out and UFM needs only four leaves."""
    return relink(cluster, 0, z=Endpoint("leaf-01-5", "32"))


def a_missing_node_cable(cluster: Cluster) -> Cluster:
    return drop(cluster, [0])


def a_missing_uplink(cluster: Cluster) -> Cluster:
    """From a leaf that has one to spare: 31 nodes hang below it."""
    return drop(cluster, [uplinks_of(cluster, "leaf-01-8")[0]])


def uplinks_of(cluster: Cluster, leaf: str) -> list[int]:
    links = cluster.fabrics[0].links
    return [i for i in links_of(cluster, LinkKind.LEAF_SPINE) if links[i].a.device == leaf]


def two_uplinks_swapped_across_spines(cluster: Cluster) -> Cluster:
    return swap(cluster, uplinks_of(cluster, "leaf-01-1")[0], uplinks_of(cluster, "leaf-01-2")[2])


def a_leaf_without_uplinks(cluster: Cluster) -> Cluster:
    return drop(cluster, uplinks_of(cluster, "leaf-01-8"))


def a_spine_left_out(cluster: Cluster) -> Cluster:
    """With all its cables: what is left is even, and too narrow."""
    spine = next(s for s in cluster.fabrics[0].switches if s.tier is Tier.SPINE)
    fabric = cluster.fabrics[0]
    links = tuple(link for link in fabric.links if spine.name not in (link.a.device, link.z.device))
    return with_fabric(cluster, replace(fabric, links=links, switches=tuple(s for s in fabric.switches if s != spine)))


def a_spine_forgotten(cluster: Cluster) -> Cluster:
    """Without its cables, which end nowhere then."""
    fabric = cluster.fabrics[0]
    spine = next(s for s in fabric.switches if s.tier is Tier.SPINE)
    return with_fabric(cluster, replace(fabric, switches=tuple(s for s in fabric.switches if s != spine)))


def a_cable_from_nowhere(cluster: Cluster) -> Cluster:
    return relink(cluster, 0, a=Endpoint("dgx-999", first_cable(cluster).a.port))


def a_port_the_system_does_not_have(cluster: Cluster) -> Cluster:
    return relink(cluster, 0, a=Endpoint(first_cable(cluster).a.device, "OSFP9P9"))


def a_storage_port_in_the_compute_fabric(cluster: Cluster) -> Cluster:
    return relink(cluster, 0, a=Endpoint(first_cable(cluster).a.device, "Slot1P1"))


# ---- out of band


def oob_link(cluster: Cluster, device: str) -> tuple[Fabric, Link]:
    fabric = cluster.fabric("oob")
    return fabric, next(link for link in fabric.links if link.a.device == device)


def with_oob_links(cluster: Cluster, links: Sequence[Link]) -> Cluster:
    fabrics = [replace(f, links=tuple(links)) if f.out_of_band else f for f in cluster.fabrics]
    return replace(cluster, fabrics=tuple(fabrics))


def without_oob_cable(cluster: Cluster, device: str) -> Cluster:
    fabric, gone = oob_link(cluster, device)
    return with_oob_links(cluster, [link for link in fabric.links if link is not gone])


def a_bmc_without_a_cable(cluster: Cluster) -> Cluster:
    return without_oob_cable(cluster, "dgx-001")


def a_switch_that_nobody_can_manage(cluster: Cluster) -> Cluster:
    return without_oob_cable(cluster, "leaf-01-1")


def a_pdu_without_a_cable(cluster: Cluster) -> Cluster:
    return without_oob_cable(cluster, "su01-r01-pdu-2")


def a_bmc_on_a_fast_port(cluster: Cluster) -> Cluster:
    """Port 51 is one of the four of 100 Gb/s."""
    fabric, moved = oob_link(cluster, "dgx-001")
    there = replace(moved, z=Endpoint(moved.z.device, "51"))
    return with_oob_links(cluster, [there if link is moved else link for link in fabric.links])


# ---- addresses, names, racks


def two_bmcs_with_one_address(cluster: Cluster) -> Cluster:
    return readdress(cluster, "dgx-001", "oob", cluster.by_name["dgx-002"].addresses_on("oob")[0].ip)


def two_nodes_with_one_address(cluster: Cluster) -> Cluster:
    return readdress(cluster, "dgx-001", "management", cluster.by_name["dgx-002"].management_ip)


def a_bmc_with_the_address_of_a_switch(cluster: Cluster) -> Cluster:
    return readdress(cluster, "dgx-001", "oob", cluster.fabrics[0].switches[0].oob_ip)


def a_rail_outside_its_network(cluster: Cluster) -> Cluster:
    return readdress(cluster, "dgx-001", "compute", IPv4Address("192.0.2.7"))


def a_host_on_the_gateway(cluster: Cluster) -> Cluster:
    gateway = cluster.network("management").gateway
    assert gateway is not None
    return readdress(cluster, "login-01", "management", gateway)


def a_host_on_the_broadcast_address(cluster: Cluster) -> Cluster:
    return readdress(cluster, "login-01", "management", cluster.network("management").subnet.broadcast_address)


def a_rail_on_the_broadcast_address_of_its_share(cluster: Cluster) -> Cluster:
    """Inside the compute network, but the last address of the first rail's eighth of it."""
    share = next(iter(cluster.network("compute").subnet.subnets(prefixlen_diff=3)))
    return readdress(cluster, "dgx-001", "compute", share.broadcast_address)


def networks_that_overlap(cluster: Cluster) -> Cluster:
    return resubnet(cluster, "storage", "100.126.0.0/15")


def a_network_that_is_too_small(cluster: Cluster) -> Cluster:
    return resubnet(cluster, "oob", f"{cluster.network('oob').subnet.network_address}/28")


def two_hosts_with_one_name(cluster: Cluster) -> Cluster:
    return with_host(cluster, "login-02", lambda h: replace(h, name="login-01"))


def a_name_that_is_no_host_name(cluster: Cluster) -> Cluster:
    return with_host(cluster, "login-02", lambda h: replace(h, name="login_02"))


def a_name_like_the_bmc_of_another(cluster: Cluster) -> Cluster:
    return with_host(cluster, "login-02", lambda h: replace(h, name="HEAD-01-bmc"))


def two_nodes_in_one_rack_unit(cluster: Cluster) -> Cluster:
    lower = cluster.by_name["dgx-001"]
    return with_host(cluster, "dgx-002", lambda h: replace(h, rack_unit=lower.rack_unit + 7))


def a_node_above_its_rack(cluster: Cluster) -> Cluster:
    return with_host(cluster, "dgx-004", lambda h: replace(h, rack_unit=42))


def a_node_in_a_rack_that_is_not_there(cluster: Cluster) -> Cluster:
    return with_host(cluster, "dgx-004", lambda h: replace(h, rack="su99-r01"))


# ---- Slurm


def a_partition_with_a_stranger(cluster: Cluster) -> Cluster:
    first, *rest = cluster.slurm.partitions
    slurm = replace(cluster.slurm, partitions=(replace(first, nodes=(*first.nodes, "dgx-999")), *rest))
    return replace(cluster, slurm=slurm)


def two_default_partitions(cluster: Cluster) -> Cluster:
    parts = tuple(replace(p, default=True) for p in cluster.slurm.partitions)
    return replace(cluster, slurm=replace(cluster.slurm, partitions=parts))


def a_topology_with_a_stranger(cluster: Cluster) -> Cluster:
    first, *rest = cluster.slurm.topology
    slurm = replace(cluster.slurm, topology=(replace(first, nodes=(*first.nodes, "dgx-999")), *rest))
    return replace(cluster, slurm=slurm)


def a_topology_without_switches(cluster: Cluster) -> Cluster:
    return replace(cluster, slurm=replace(cluster.slurm, topology=()))


def a_plugin_that_is_none(cluster: Cluster) -> Cluster:
    settings = replace(cluster.slurm.settings, proctrack_type="proctrack/cray_aries")
    return replace(cluster, slurm=replace(cluster.slurm, settings=settings))


def a_slurm_node_less(cluster: Cluster) -> Cluster:
    """The last node is no DGX any more, but partitions, topology and cables still know it."""
    last = cluster.nodes[-1].name
    return with_host(cluster, last, lambda h: replace(h, system=None))


EXPECTED: dict[Mutation, set[str]] = {
    two_cables_of_a_node_swapped: {"rails"},
    a_leaf_port_used_twice: {"single use"},
    a_port_beyond_the_radix: {"ports"},
    a_port_number_that_is_none: {"ports"},
    a_cable_on_the_leaf_of_another_rail: {"rails"},
    a_missing_node_cable: {"cabled"},
    a_missing_uplink: {"uplinks"},
    two_uplinks_swapped_across_spines: {"uplinks"},
    a_leaf_without_uplinks: {"bisection", "connected"},
    a_spine_left_out: {"bisection"},
    a_spine_forgotten: {"endpoints", "bisection"},
    a_cable_from_nowhere: {"endpoints", "cabled"},
    a_port_the_system_does_not_have: {"endpoints", "cabled"},
    a_storage_port_in_the_compute_fabric: {"endpoints", "cabled"},
    a_bmc_without_a_cable: {"cabled"},
    a_switch_that_nobody_can_manage: {"cabled"},
    a_pdu_without_a_cable: {"cabled"},
    a_bmc_on_a_fast_port: {"ports"},
    two_bmcs_with_one_address: {"addresses"},
    two_nodes_with_one_address: {"addresses", "slurm nodes"},
    a_bmc_with_the_address_of_a_switch: {"addresses"},
    a_rail_outside_its_network: {"subnets"},
    a_host_on_the_gateway: {"subnets"},
    a_host_on_the_broadcast_address: {"subnets"},
    a_rail_on_the_broadcast_address_of_its_share: {"subnets"},
    networks_that_overlap: {"subnets"},
    a_network_that_is_too_small: {"subnets", "pools"},
    two_hosts_with_one_name: {"names", "endpoints"},
    a_name_that_is_no_host_name: {"names", "endpoints", "cabled"},
    a_name_like_the_bmc_of_another: {"names", "endpoints", "cabled"},
    two_nodes_in_one_rack_unit: {"racks"},
    a_node_above_its_rack: {"racks"},
    a_node_in_a_rack_that_is_not_there: {"racks"},
    a_partition_with_a_stranger: {"slurm parts"},
    two_default_partitions: {"slurm parts"},
    a_topology_with_a_stranger: {"slurm topology"},
    a_topology_without_switches: {"slurm topology"},
    a_plugin_that_is_none: {"slurm control"},
    a_slurm_node_less: {"slurm parts", "slurm topology"},
}
