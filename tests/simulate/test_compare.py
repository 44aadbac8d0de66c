"""Each mistake in the cabling is named, by both ends, and nothing else is; no simulator is needed for that."""

from __future__ import annotations

import pytest

from dgxops.model.cluster import Cluster
from dgxops.simulate import discovered
from dgxops.simulate.compare import compare
from dgxops.simulate.netfile import Net, net_of, rdma_names
from tests.conftest import cluster_of
from tests.simulate.dump import seen, text
from tests.simulate.mistakes import MISTAKES, Make


@pytest.fixture(scope="module")
def pod2() -> Cluster:
    return cluster_of(scalable_units=2)


def net(cluster: Cluster, mistake: Make = lambda fabric: fabric) -> Net:
    return net_of(mistake(cluster.fabric("compute")), rdma_names(cluster.hosts))


def test_nothing_is_said_of_a_fabric_as_designed(pod2: Cluster) -> None:
    assert compare(net(pod2), seen(net(pod2))) == ()


@pytest.mark.parametrize(("mistake", "said"), MISTAKES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_mistake_is_named(pod2: Cluster, mistake: Make, said: list[str]) -> None:
    assert [f.message for f in compare(net(pod2), seen(net(pod2, mistake)))] == said


def test_two_devices_of_one_name_are_told(pod2: Cluster) -> None:
    dump = text(net(pod2)).replace('# "dgx-002 mlx5_0"', '# "dgx-001 mlx5_0"')
    said = [f.message for f in compare(net(pod2), discovered.parse(dump.splitlines()))]
    assert "2 devices call themselves 'dgx-001 mlx5_0'" in said
