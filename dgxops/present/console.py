"""The console that everything is printed on."""

from __future__ import annotations

from typing import NoReturn

from rich import console


class Console(console.Console):
    """Rich's, but a reader that goes away (``| head``) is for the command line to end quietly, not a failure."""

    def on_broken_pipe(self) -> NoReturn:
        raise BrokenPipeError
