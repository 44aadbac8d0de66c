"""What the README and the help say of every verb."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from dgxops.cli.main import cli

HAND_OVER = {"lab ssh", "lab logs"}  # the terminal is the machine's


def verbs(group: click.Group, above: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        if isinstance(command, click.Group):
            yield from verbs(command, f"{above}{name} ")
        else:
            yield above + name, command


@pytest.mark.parametrize(("name", "command"), list(verbs(cli)))
def test_every_verb_but_those_that_hand_over_takes_json(name: str, command: click.Command) -> None:
    assert ("as_json" in {p.name for p in command.params}) == (name not in HAND_OVER)
