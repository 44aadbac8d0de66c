"""How the files, units, packages and accounts of a node are now. First half of the program that runs there:
standard library only, Python 3.9 on, sent with :mod:`dgxops.remote.node_program`; nothing here writes.

A thing is ``{kind, name, watched, ...}``: kind file, unit, package, user, group or hostname; ``watched`` names what
about it is compared.
"""

from __future__ import annotations

import grp
import hashlib
import hmac
import os
import pwd
import socket
import stat
import subprocess
from pathlib import Path
from typing import Any

Json = dict[str, Any]


def read(path: str) -> bytes | None:
    """The bytes of a file, None where it cannot be read."""
    try:
        return Path(path).read_bytes()
    except OSError:
        return None


def _owner(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def _content(path: str, salt: str, secret: bool) -> str:
    data = read(path)
    if data is None:
        return "unreadable"
    if secret:
        return hmac.new(salt.encode(), data, hashlib.sha256).hexdigest()
    return hashlib.sha256(data).hexdigest()


def see_file(thing: Json, root: str, salt: str) -> Json:
    """State, mode, owner and group, and a digest of the content where the role decides it."""
    path = root + thing["name"]
    try:
        status = os.lstat(path)
    except OSError:
        return {"state": "absent"}
    if stat.S_ISLNK(status.st_mode):
        return {"state": "link", "target": str(Path(path).readlink())}
    seen = {
        "mode": f"{stat.S_IMODE(status.st_mode):04o}",
        "owner": _owner(status.st_uid),
        "group": _group(status.st_gid),
    }
    if stat.S_ISDIR(status.st_mode):
        return {"state": "directory", **seen}
    if not stat.S_ISREG(status.st_mode):
        return {"state": "special", **seen}
    digest = {"content": _content(path, salt, bool(thing.get("secret")))} if "content" in thing["watched"] else {}
    return {"state": "file", **seen, **digest}


def _output(argv: list[str]) -> str | None:
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=30, env={**os.environ, "LC_ALL": "C"})
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout


def see_units(names: list[str]) -> dict[str, Json]:
    """Active and enabled state of many units, asked for at once."""
    if not names:
        return {}
    text = _output(["systemctl", "show", "--property=LoadState,ActiveState,UnitFileState,Type", "--", *names])
    if text is None:
        return {name: {"active": "unknown", "enabled": "unknown"} for name in names}
    blocks = [dict(line.split("=", 1) for line in b.splitlines() if "=" in line) for b in text.strip().split("\n\n")]
    return {name: _unit(block) for name, block in zip(names, blocks)}  # noqa: B905 - strict came with Python 3.10


def _unit(block: dict[str, str]) -> Json:
    if block.get("LoadState") == "not-found":
        return {"active": "missing", "enabled": "missing", "type": ""}
    active = "active" if block.get("ActiveState") in ("active", "reloading", "activating") else block.get("ActiveState")
    return {"active": active, "enabled": block.get("UnitFileState") or "", "type": block.get("Type", "")}


def see_packages(names: list[str]) -> dict[str, Json]:
    """Installed versions, asked for at once; a name that is not installed has version None."""
    if not names:
        return {}
    form = "${binary:Package}\t${Version}\t${db:Status-Status}\n"
    rows = [line.split("\t") for line in (_output(["dpkg-query", "-W", "-f", form, "--", *names]) or "").splitlines()]
    have = {row[0].split(":")[0]: row[1] for row in rows if len(row) == 3 and row[2] == "installed"}
    return {name: {"version": have.get(name)} for name in names}


def see_account(thing: Json) -> Json:
    """A user with shell and groups, or a group."""
    try:
        if thing["kind"] == "group":
            return {"state": "present", "gid": grp.getgrnam(thing["name"]).gr_gid}
        user = pwd.getpwnam(thing["name"])
    except KeyError:
        return {"state": "absent"}
    groups = sorted(g.gr_name for g in grp.getgrall() if user.pw_name in g.gr_mem)
    return {"state": "present", "uid": user.pw_uid, "home": user.pw_dir, "shell": user.pw_shell, "groups": groups}


def see_all(things: list[Json], root: str, salt: str) -> list[Json]:
    """How each thing is now, in the same order, limited to what is watched about it."""
    units = see_units([t["name"] for t in things if t["kind"] == "unit"])
    packages = see_packages([t["name"] for t in things if t["kind"] == "package"])
    return [_watched(t, _see(t, root, salt, units, packages)) for t in things]


def _see(thing: Json, root: str, salt: str, units: dict[str, Json], packages: dict[str, Json]) -> Json:
    kind, name = thing["kind"], thing["name"]
    if kind == "file":
        return see_file(thing, root, salt)
    if kind == "hostname":
        return {"value": socket.gethostname()}
    if kind in ("user", "group"):
        return see_account(thing)
    return units.get(name, {}) if kind == "unit" else packages.get(name, {})


def _watched(thing: Json, seen: Json) -> Json:
    return {key: value for key, value in seen.items() if key in thing["watched"]}
