"""Devices that nobody named are left out and told; the rest of the fabric is read."""

from __future__ import annotations

import re

import pytest

from dgxops.errors import InputError
from dgxops.importing import fabric
from dgxops.importing.build import best
from dgxops.importing.detect import take, together
from dgxops.importing.unnamed import is_unnamed
from tests.importing.dumps import dump, report
from tests.importing.printed import cluster_of

FIRST = cluster_of("{name: c, platform: dgx-h100, nodes: 3, services: {head: 1}}")
RAILS = 8
NAMELESS = ["", "MT4129 ConnectX7   Mellanox Technologies", "localhost mlx5_0", "Mellanox Technologies"]


def without_name(text: str, device: str, name: str) -> str:
    return re.sub(rf'(["\']){device}( mlx5_\d+)?\1', rf"\g<1>{name}\1", text)


@pytest.mark.parametrize("name", NAMELESS)
@pytest.mark.parametrize("form", [dump, report])
def test_a_node_without_a_name_is_left_out_and_told(form, name: str) -> None:  # type: ignore[no-untyped-def]
    left: list[str] = []
    found = fabric.parse("f", without_name(form(FIRST), "dgx-002", name), left)
    whole = fabric.parse("f", form(FIRST))
    assert set(found) == {c for c in whole if "dgx-002" not in (c.a[0], c.z[0])}
    assert len(whole) - len(found) == RAILS
    (said,) = left
    assert said.startswith(f"f: {RAILS} devices without a name and their {RAILS} cables were left out: 0x")
    assert " at leaf-01-1 port " in said


@pytest.mark.parametrize("form", [dump, report])
def test_a_switch_without_a_name_takes_its_cables_with_it(form) -> None:  # type: ignore[no-untyped-def]
    left: list[str] = []
    found = fabric.parse("f", without_name(form(FIRST), "spine-01", "Quantum-2 Mellanox Technologies"), left)
    whole = fabric.parse("f", form(FIRST))
    assert set(found) == {c for c in whole if "spine-01" not in (c.a[0], c.z[0])}
    assert left[0].startswith(f"f: 1 devices without a name and their {len(whole) - len(found)} cables were left out")


def test_the_spec_is_written_without_it_and_lists_it() -> None:
    text = without_name(dump(FIRST), "dgx-002", "")
    built = best(together([take("f", text.encode())]), "again", "a test", "dgx-h100")
    assert [n.name for n in cluster_of(built.text).nodes] == ["dgx-001", "dgx-003"]
    assert any("8 devices without a name" in what for what in built.found.open)
    assert "# could not be inferred: f: 8 devices without a name" in built.text


def test_a_dump_in_which_nobody_has_a_name_is_refused() -> None:
    text = re.sub(r'# "[^"]*"', '# ""', dump(FIRST))
    with pytest.raises(InputError, match="names no cable between devices with a name"):
        fabric.parse("f", text)


def test_names_that_people_give_are_names() -> None:
    assert not any(
        map(is_unnamed, ("dgx-001 mlx5_0", "leaf-01", "Mellanox Technologies Aggregation Node", "local-7 a"))
    )
