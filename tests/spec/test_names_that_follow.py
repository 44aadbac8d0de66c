"""The law of names: whatever templates and groups are called, a spec is refused or every name is there once."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from dgxops import catalogue, spec
from dgxops.check import places
from dgxops.errors import InputError
from dgxops.expand import expand
from dgxops.model.cluster import Cluster

HOSTS = st.sampled_from(["head-{index:02d}", "a-{index:03d}", "a-{index:03d}-bmc", "login-{index:02d}-bmc", "b{index}",
                         "a-su01-r01-pdu-{index}", "a-su01-r01-nvsw-{index:02d}"])  # fmt: skip
RACKS = st.sampled_from(["a-su{su:02d}-r{index:02d}", "A-su{su:02d}-r{index:02d}", "a-leaf-rack-{index:02d}",
                         "a-su{index:02d}", "b-{index}", "mgmt-{index:02d}"])  # fmt: skip
NAMES = st.sampled_from(["a", "b", "a-su01", "a-fabric", "a-leaf"])
PLATFORMS = st.sampled_from(["dgx-h100", "dgx-gb200-nvl72", "dgx-2"])


@st.composite
def groups(draw: st.DrawFn) -> str:
    lines = []
    for name in draw(st.lists(NAMES, min_size=2, max_size=2, unique=True)):
        platform = draw(PLATFORMS)
        plain = ", scalable_units: none, nodes: 2" if platform == "dgx-2" else ""
        written = draw(st.sampled_from(["", "node", "rack"]))
        naming = f"naming: {{{written}: '{draw(HOSTS if written == 'node' else RACKS)}'}}" if written else "omit: auto"
        lines.append(f"  - {{name: {name}, platform: {platform}{plain}, {naming}}}\n")
    return "".join(lines)


TEXT = """\
name: pod1
networks: {{oob: {{subnet: 10.16.0.0/14}}, management: {{subnet: 10.8.0.0/18}}, compute: {{subnet: 100.64.0.0/12}}}}
naming: {{head: "{head}"}}
groups:
{groups}
"""


@settings(max_examples=60, deadline=None)
@given(head=HOSTS, groups=groups())
def test_a_spec_is_refused_or_every_name_is_there_once(head: str, groups: str) -> None:
    try:
        wanted = spec.loads("cluster.yml", TEXT.format(head=head, groups=groups).encode())
    except InputError:
        return
    cluster = expand(wanted, catalogue.load())
    assert places.names(cluster).holds, places.names(cluster).findings
    assert not twice(cluster)


def twice(cluster: Cluster) -> list[str]:
    """Racks, and switches of Slurm's topology, that are there more than once."""
    racks = Counter(rack.name.lower() for rack in cluster.racks)
    switches = Counter(switch.name for switch in cluster.slurm.topology)
    return [name for counted in (racks, switches) for name, count in counted.items() if count > 1]
