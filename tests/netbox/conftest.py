"""A NetBox to push to, and a push in one call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from dgxops.model.cluster import Cluster
from dgxops.netbox.changes import Changes, Outcome
from dgxops.netbox.client import Client
from dgxops.netbox.diff import diff
from dgxops.netbox.objects import Present, Wanted
from dgxops.netbox.read import read
from dgxops.netbox.steps import carry_out
from dgxops.netbox.wanted import wanted
from tests.conftest import cluster_of
from tests.netbox.server import NetBox, serving


def few_of(nodes: int = 4, **keys: Any) -> Cluster:
    """Systems on one switch, with a head and a login node: some two hundred objects of every kind."""
    base: dict[str, Any] = {"scalable_units": "none", "fabric": "QM9700", "services": {"head": 1, "login": 1}}
    return cluster_of(nodes=nodes, **(base | keys))


@pytest.fixture(scope="session")
def few() -> Cluster:
    return few_of()


@pytest.fixture
def netbox() -> Iterator[NetBox]:
    box = NetBox()
    with serving(box):
        yield box


@dataclass(frozen=True)
class Pusher:
    """The steps of the verb, without the questions."""

    box: NetBox

    def compare(self, cluster: Cluster, site: str = "") -> Changes:
        return self._compared(wanted(cluster, site), cluster.name)[0]

    def push(self, cluster: Cluster, site: str = "", *, pruning: bool = False) -> Outcome:
        wants, client = wanted(cluster, site), Client(self.box.url, "secret")

        def again() -> tuple[Changes, Present]:
            return self._compared(wants, cluster.name)

        return carry_out(again(), again, wants, client, lambda _: None, pruning=pruning)

    def _compared(self, wants: tuple[Wanted, ...], cluster: str) -> tuple[Changes, Present]:
        present = read(Client(self.box.url, "secret"), wants, cluster)
        return diff(wants, present, cluster), present


@pytest.fixture
def pusher(netbox: NetBox) -> Pusher:
    return Pusher(netbox)


Find = Callable[..., int]


@pytest.fixture
def find(netbox: NetBox) -> Find:
    """The number of the one object of an endpoint with these values."""

    def found(path: str, **values: object) -> int:
        (number,) = [n for n, row in netbox.store.rows[path].items() if all(row[k] == v for k, v in values.items())]
        return number

    return found
