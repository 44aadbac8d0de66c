"""The rooms see only what they may: the import rules of ARCHITECTURE.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "dgxops"
PURE = ("model", "expand", "plan", "check")
# the modules of pure rooms that are named for what they do outside
READERS = {"check/git.py"}
# room -> rooms of dgxops it must not import
FORBIDDEN = {
    "errors": {"*"},
    "model": {"*"},
    "catalogue": {"spec", "expand", "render", "check", "plan", "apply", "verify", "present", "lab", "cli"},
    "spec": {"render", "check", "plan", "apply", "verify", "present", "lab", "cli"},
    "expand": {"render", "check", "plan", "apply", "verify", "present", "lab", "cli"},
    "render": {"spec", "check", "plan", "apply", "verify", "present", "lab", "cli"},
    "check": {"catalogue", "spec", "expand", "plan", "apply", "verify", "remote", "present", "lab", "cli"},
    "plan": {"spec", "expand", "check", "apply", "present", "lab", "cli"},
    "apply": {"present", "cli"},
    "verify": {"spec", "expand", "check", "present", "cli"},
    "remote": {"spec", "expand", "render", "check", "plan", "apply", "verify", "present", "lab", "cli"},
    "present": {"spec", "expand", "cli", "lab"},
    "importing": {"check", "plan", "apply", "verify", "remote", "present", "lab", "cli"},
    "lab": {"check", "plan", "apply", "verify", "present", "cli"},
}

# room -> the only rooms of dgxops it may import
ONLY = {"simulate": {"errors", "model", "nodeset"}, "netbox": {"errors", "model", "render"}}


def imports_of(path: Path) -> Iterator[tuple[str, bool]]:
    """Modules that a file imports, and whether only for type checking."""
    tree = ast.parse(path.read_text())
    typing_only = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and isinstance(block.test, ast.Name) and block.test.id == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in typing_only) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, id(node) in typing_only
            yield from ((f"{node.module}.{alias.name}", id(node) in typing_only) for alias in node.names)


def modules() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if "_ansible" not in p.parts)


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_a_room_imports_only_what_it_may(path: Path) -> None:
    room = room_of(path)
    banned = FORBIDDEN.get(room, set())
    only = ONLY.get(room)
    for name, _ in imports_of(path):
        assert name.split(".")[0] != "ansible", f"{path} imports ansible"
        parts = name.split(".")
        if parts[0] != "dgxops" or len(parts) < 2 or parts[1] == room:
            continue
        if "*" in banned:
            assert parts[1] in ("errors", "model"), f"{path} imports {name}"
        assert parts[1] not in banned, f"{path} imports {name}"
        assert only is None or parts[1] in only, f"{path} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_pure_rooms_touch_nothing_outside(path: Path) -> None:
    if room_of(path) not in PURE or path.relative_to(PACKAGE).as_posix() in READERS:
        return
    outside = {"subprocess", "socket", "paramiko", "os", "random", "time", "datetime"}
    assert not {name for name, _ in imports_of(path)} & outside


@pytest.mark.parametrize("path", sorted((PACKAGE / "simulate").glob("*.py")), ids=lambda p: p.name)
def test_one_module_of_the_simulation_starts_processes(path: Path) -> None:
    outside = {"subprocess", "socket", "signal", "os", "random"}
    if path.name not in ("world.py", "needs.py"):
        assert not {name for name, _ in imports_of(path)} & outside


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_one_module_talks_to_netbox(path: Path) -> None:
    if path.relative_to(PACKAGE).as_posix() != "netbox/client.py":
        assert not {name.split(".")[0] for name, _ in imports_of(path)} & {"pynetbox", "requests"}


@pytest.mark.parametrize("name", ["wanted", "addresses", "objects", "changes", "diff"])
def test_what_netbox_should_have_is_derived_without_asking_it(name: str) -> None:
    found = {name for name, _ in imports_of(PACKAGE / "netbox" / f"{name}.py")}
    assert not found & {"dgxops.netbox.client", "dgxops.netbox.read", "dgxops.netbox.push", "os", "socket"}


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_modules_and_functions_stay_small(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) < 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= 40, f"{path}:{node.lineno} {node.name} has {length} lines"


def test_the_checker_sees_an_import() -> None:
    found = dict(imports_of(PACKAGE / "cli" / "show.py"))
    assert "dgxops.render.summary" in found
