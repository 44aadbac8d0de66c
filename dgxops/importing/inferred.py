"""What was inferred: keys of a spec, each with its evidence, and questions that are left to a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dgxops.importing.names import Size
from dgxops.importing.platform import Kind


@dataclass
class Inferred:
    """Keys of the spec, or of one group of it, in dotted form; a list of ``groups`` stands in ``parts``.

    A value that is None is left to be filled in.
    """

    values: dict[str, tuple[object, str]] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)
    parts: list[OnePart] = field(default_factory=list)

    def value(self, key: str) -> object:
        return self.values[key][0] if key in self.values else None

    @property
    def all_nodes(self) -> tuple[str, ...]:
        """Names of all nodes, part by part, by position."""
        return tuple(name for part in self.parts for name in part.nodes.values())


@dataclass
class OnePart(Inferred):
    """Nodes of one kind: the whole cluster, or a group of it."""

    kind: Kind = None  # type: ignore[assignment]  # always given
    size: Size = Size(1, 1)  # noqa: RUF009 - frozen
    nodes: Mapping[int, str] = field(default_factory=dict)  # by position
    alike: tuple[Kind, ...] = ()  # the kinds that fit equally well, where a person must choose

    def name_at(self, position: int) -> str:
        return str(self.value("naming.node")).format(**self.size.fields(position))
