"""The Ansible inventory: hosts.yml, group_vars and host_vars. Plain data throughout."""

from __future__ import annotations

from collections.abc import Set
from ipaddress import IPv4Address

from dgxops.model.cluster import Cluster
from dgxops.model.network import Network
from dgxops.model.node import Address, Host, PortRole
from dgxops.render import rented, yaml_text
from dgxops.render.groups import Group, groups
from dgxops.render.role_vars import base, gpu, health, slurm

_ROLE_VARIABLES = (base, gpu, health, slurm)


def artifacts(cluster: Cluster) -> dict[str, str]:
    """hosts.yml and the variables of every group and host that has any."""
    made = {"hosts.yml": _hosts_yml(groups(cluster))}
    for group, variables in _group_variables(cluster).items():
        made[f"group_vars/{group}/rendered.yml"] = yaml_text.dump(variables)
    for group, overrides in cluster.overrides.items():
        made[f"group_vars/{group}/site.yml"] = yaml_text.dump(dict(overrides))
    floors = {rack.name for rack in cluster.racks if rack.is_floor}
    for host in cluster.hosts:
        made[f"host_vars/{host.name}/rendered.yml"] = yaml_text.dump(_host_variables(cluster, host, floors))
    return made


def _hosts_yml(all_groups: tuple[Group, ...]) -> str:
    lines = ["all:", "  children:"]
    for group in all_groups:
        lines += [f"    {group.name}:  # {group.purpose}", *_members(group)]
        if group.priority > 1:
            lines.append(f"      vars: {{ansible_group_priority: {group.priority}}}")
    return yaml_text.HEADER + "---\n" + "\n".join(lines) + "\n"


def _members(group: Group) -> list[str]:
    kind, names = ("children", group.children) if group.children else ("hosts", group.hosts)
    if not names:
        return [f"      {kind}: {{}}"]
    return [f"      {kind}:", *(f"        {name}:" for name in names)]


def _group_variables(cluster: Cluster) -> dict[str, dict[str, object]]:
    merged: dict[str, dict[str, object]] = {"all": _all_variables(cluster)}
    for module in _ROLE_VARIABLES:
        for group, variables in module.group_variables(cluster).items():
            merged.setdefault(group, {}).update(variables)
    return {group: variables for group, variables in merged.items() if variables}


def _all_variables(cluster: Cluster) -> dict[str, object]:
    return {
        "ansible_user": cluster.site.ssh_user,
        "dgxops_cluster": cluster.name,
        "dgxops_domain": cluster.domain,
        "dgxops_release": cluster.release.id,
        "dgxops_networks": [_network(n) for n in cluster.networks],
    }


def _network(network: Network) -> dict[str, object]:
    """A network; one that a plan cuts has no router of its own but those of its subnets in use."""
    parts = [{"subnet": str(p.subnet), **_gateway(p.gateway)} for p in network.parts if p.holds]
    whole = {"name": network.name, "subnet": str(network.subnet), **_gateway(network.gateway), "mtu": network.mtu}
    return whole | ({"subnets": parts} if parts else {})


def _gateway(gateway: IPv4Address | None) -> dict[str, object]:
    return {"gateway": str(gateway) if gateway else None}


def _host_variables(cluster: Cluster, host: Host, floors: Set[str]) -> dict[str, object]:
    variables: dict[str, object] = {"ansible_host": str(host.management_ip), "dgxops_host": _place(host, floors)}
    for module in _ROLE_VARIABLES:
        variables.update(module.host_variables(cluster, host))
    return variables


def _place(host: Host, floors: Set[str]) -> dict[str, object]:
    """Who the host is and where: for people, and for roles that format it. A floor has no units."""
    if host.placement:
        return rented.place(host, host.placement)
    place: dict[str, object] = {
        "role": host.role.value,
        "rack": host.rack,
        **({} if host.rack in floors else {"rack_unit": host.rack_unit}),
    }
    if host.controllers:
        own, *others = host.controllers
        place["bmc"] = str(own.ip)
        place |= {"controllers": {one.name: str(one.ip) for one in others}} if others else {}
    if host.system:
        place |= {
            "system": host.system.id,
            "scalable_unit": host.su,
            "index_in_unit": host.index_in_su,
            "inband_ports": [p.interface for p in host.system.ports_of(PortRole.INBAND)],
            "rails": [_port(host, a) for a in host.addresses_on("compute")],
            "storage_ports": [_port(host, a) for a in host.addresses_on("storage")],
        }
    return place


def _port(host: Host, address: Address) -> dict[str, object]:
    of = address.interface
    ports = host.system.ports if host.system else ()
    port = next((p for p in ports if of in (p.interface, p.second_interface)), None)
    second = port is not None and of is not None and of == port.second_interface
    return {
        **({"rail": address.rail} if address.rail is not None else {}),
        "port": port.name if port else None,
        "interface": address.interface,
        "rdma": (port.second_rdma if second else port.rdma) if port else None,
        "address": f"{address.ip}/{address.prefix}",
    }
