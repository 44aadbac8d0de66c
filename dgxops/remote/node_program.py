"""The one program that dgxops runs on a node: sent over SSH's standard input, standard library only, Python 3.9 on.

It keeps the node's ledger (what each role last left there) and compares it with what is there now. ``look`` and
``fetch`` only read; ``begin`` and ``record`` write below the ledger's folder and nowhere else. A request is a
dictionary with ``action`` and ``root`` (a prefix for every path, empty on a real node); the answer is one line of JSON.

A ledger is ``{format_version, cluster, host, machine_id, role, run, salt, inputs, things, seal}``. Each thing has
``kind`` and ``name``, what is ``watched`` about it, and ``seen``: how it was when the role had finished.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path

from dgxops.remote.node_see import Json, read, see_all

FORMAT_VERSION = 1
FOLDER = "/var/lib/dgxops/ledger"
ANSWER = "dgxops-answer "


def canonical(value: object) -> bytes:
    """One text for one value: sorted keys, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=str).encode()


def seal_of(ledger: Json) -> str:
    """SHA-256 over everything in a ledger but its seal."""
    return hashlib.sha256(canonical({k: v for k, v in ledger.items() if k != "seal"})).hexdigest()


# Look: what the ledgers say, and whether it still holds


def _machine_id(root: str) -> str:
    return (read(root + "/etc/machine-id") or b"").decode("ascii", "replace").strip()


def open_ledger(text: bytes) -> Json:
    """A ledger that can be believed; ValueError says why it cannot."""
    try:
        ledger = json.loads(text)
    except ValueError:
        raise ValueError("the ledger is not JSON") from None
    if not isinstance(ledger, dict) or ledger.get("format_version") != FORMAT_VERSION:
        raise ValueError("the ledger is of a format this dgxops does not know")
    if ledger.get("seal") != seal_of(ledger):
        raise ValueError("the ledger was changed by something other than dgxops")
    return ledger


def differences(things: list[Json], now: list[Json]) -> list[Json]:
    """Every thing that is not as it was seen last, with both states (for a secret file, that its content differs)."""
    return [
        {"kind": t["kind"], "name": t["name"], "was": _shown(t, t["seen"]), "now": _shown(t, seen)}
        | ({"secret": True} if t.get("secret") else {})
        for t, seen in zip(things, now)  # noqa: B905 - strict came with Python 3.10
        if t["seen"] != seen
    ]


def _shown(thing: Json, seen: Json) -> Json:
    return {k: v for k, v in seen.items() if not (thing.get("secret") and k == "content")}


def look_at(text: bytes, role: str, root: str) -> Json:
    """One role's ledger held against the node."""
    try:
        ledger = open_ledger(text)
        if ledger["role"] != role:
            raise ValueError(f"the ledger is that of the role {ledger['role']}")
        if ledger["machine_id"] != _machine_id(root):
            raise ValueError("the ledger was written on another machine")
        changed = differences(ledger["things"], see_all(ledger["things"], root, ledger["salt"]))
        said = {key: ledger[key] for key in ("cluster", "host", "run", "salt", "inputs")}
        said["placed"] = placed(ledger)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return {"fault": str(error) if isinstance(error, ValueError) else f"the ledger lacks {error}"}
    return {"fault": None, "changed": changed, "things": len(ledger["things"]), **said}


def placed(ledger: Json) -> dict[str, str]:
    """Where this node holds the files that were shipped to it: path below the rendered tree -> path here."""
    at = {t["seen"].get("content"): t["name"] for t in ledger["things"] if t["kind"] == "file"}
    return {path: at[digest] for path, digest in ledger["inputs"].get("files", {}).items() if digest in at}


def _ledger_files(root: str) -> dict[str, str]:
    folder = Path(root + FOLDER)
    return {path.name: str(path) for path in sorted(folder.iterdir())} if folder.is_dir() else {}


def look(request: Json) -> Json:
    """Every role that has a ledger or a mark of an unfinished run here."""
    root = request["root"]
    roles: Json = {}
    for name, path in _ledger_files(root).items():
        role, dot, suffix = name.partition(".")
        if dot + suffix == ".json":
            text = read(path)
            found = {"fault": "the ledger cannot be read"} if text is None else look_at(text, role, root)
            roles[role] = {**roles.get(role, {}), **found}
        if dot + suffix == ".begun":
            mark = (read(path) or b"").decode("utf-8", "replace").strip()
            roles[role] = {**roles.get(role, {}), "begun": mark or "an unknown run"}
    return {"kernel": os.uname().release, "machine_id": _machine_id(root), "roles": roles}


def fetch(request: Json) -> Json:
    """The text of small regular UTF-8 files; None for anything else."""
    return {"files": {path: _text(request["root"] + path, request["limit"]) for path in request["paths"]}}


def _text(path: str, limit: int) -> str | None:
    file = Path(path)
    if file.is_symlink() or not file.is_file() or file.stat().st_size > limit:
        return None
    try:
        return (read(path) or b"").decode()
    except UnicodeDecodeError:
        return None


# Begin and record: the only writers


def _write(path: str, text: bytes) -> None:
    """Whole or not at all, on the disk when it returns, 0600."""
    folder = Path(path).parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)


def begin(request: Json) -> Json:
    """Leave a mark that a run is about to act: until ``record`` removes it, the role's state is unknown."""
    for role in request["roles"]:
        _write(f"{request['root']}{FOLDER}/{role}.begun", request["run"].encode())
    return {"begun": request["roles"]}


def faults(things: list[Json]) -> list[str]:
    """What a role said it left that is not so: content that differs, a unit that does not run."""
    return [f"{t['name']}: {what}" for t in things for what in [_fault(t)] if what]


def _fault(thing: Json) -> str:
    seen, said = thing["seen"], thing.get("said", {})
    if said.get("state") in ("file", "directory", "absent") and seen.get("state") not in (said["state"], "link"):
        return f"is {seen.get('state')}, the role left it {said['state']}"
    if said.get("sha1") and seen.get("state") == "file" and thing.get("sha1") != said["sha1"]:
        return "was changed while the run was still going on"
    if said.get("active") == "active" and seen.get("active") != "active" and thing.get("type") != "oneshot":
        return f"is {seen.get('active')}, the role started it"
    return ""


def _filled(ledger: Json, root: str) -> Json:
    things = ledger["things"]
    everything = [{**t, "watched": [*t["watched"], "type"]} for t in things]
    for thing, seen in zip(things, see_all(everything, root, ledger["salt"])):  # noqa: B905
        thing["type"] = seen.pop("type", None)
        thing["seen"] = seen
        if thing.get("said", {}).get("sha1"):
            thing["sha1"] = hashlib.sha1(read(root + thing["name"]) or b"", usedforsecurity=False).hexdigest()
    return {**ledger, "machine_id": _machine_id(root)}


def record_one(ledger: Json, root: str) -> list[str]:
    """Write one role's ledger from what is there now, unless that is not what the role said it left."""
    filled = _filled(ledger, root)
    wrong = faults(filled["things"])
    if wrong:
        return wrong
    bare = [{k: v for k, v in t.items() if k not in ("said", "sha1", "type")} for t in filled["things"]]
    body = {**filled, "things": bare}
    _write(f"{root}{FOLDER}/{ledger['role']}.json", canonical({**body, "seal": seal_of(body)}))
    Path(f"{root}{FOLDER}/{ledger['role']}.begun").unlink(missing_ok=True)
    return []


def record(request: Json) -> Json:
    """Ledgers of several roles; the answer names the faults of each, none where it was written."""
    return {"faults": {ledger["role"]: record_one(ledger, request["root"]) for ledger in request["ledgers"]}}


ACTIONS = {"look": look, "fetch": fetch, "begin": begin, "record": record}


def main(request: Json) -> None:
    """Do one request and print the answer on one line."""
    os.umask(0o077)
    sys.stdout.write("\n" + ANSWER + json.dumps(ACTIONS[request["action"]](request)) + "\n")
