"""Connected components, by union and find: near linear in the number of edges."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


class Pieces(Generic[T]):
    """Vertices joined by edges; a vertex is there as soon as it is named."""

    def __init__(self, edges: Iterable[tuple[T, T]]) -> None:
        self._above: dict[T, T] = {}
        for a, z in edges:
            self.join(a, z)

    def add(self, vertex: T) -> None:
        self._above.setdefault(vertex, vertex)

    def join(self, a: T, z: T) -> None:
        self._above[self.root(a)] = self.root(z)

    def root(self, vertex: T) -> T:
        """The vertex that stands for the whole piece; paths are halved on the way."""
        self.add(vertex)
        while (above := self._above[vertex]) != vertex:
            self._above[vertex] = self._above[above]
            vertex = above
        return vertex

    def groups(self) -> list[list[T]]:
        """All pieces, each in the order in which its vertices were named."""
        found: dict[T, list[T]] = {}
        for vertex in list(self._above):
            found.setdefault(self.root(vertex), []).append(vertex)
        return list(found.values())
