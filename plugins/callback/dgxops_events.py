# Copyright the dgxops authors
# SPDX-License-Identifier: Apache-2.0
"""One JSON line an event, for dgxops: what ran where, what came of it, and which things a role manages on a host."""

from __future__ import annotations

DOCUMENTATION = """
    name: dgxops_events
    type: notification
    short_description: Writes one JSON line an event to the file named by DGXOPS_EVENTS
    version_added: "0.1.0"
    description:
      - Play and task starts, the statistics, and each host's result with the files, units, packages and accounts
        that the task manages.
      - Of a task with no_log nothing but its status is written.
      - The values of the extra variables named in DGXOPS_SECRET_NAMES are replaced wherever they would stand in a line.
    requirements:
      - enable in the configuration (callbacks_enabled), and DGXOPS_EVENTS in the environment
    options: {}
"""

import json  # noqa: E402
import os  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402

from ansible.plugins.callback import CallbackBase  # noqa: E402

VERSION = 1
TEXT_LIMIT = 2000
FILE_MODULES = {"copy", "template", "assemble", "get_url"}
EDIT_MODULES = {"lineinfile", "blockinfile", "replace"}
STATE_MODULES = {"file"}
UNIT_MODULES = {"systemd", "systemd_service", "service"}
PACKAGE_MODULES = {"apt", "dnf", "dnf5", "package", "yum"}
ACCOUNT_MODULES = {"user", "group"}
ATTRIBUTES = ["state", "mode", "owner", "group"]
VOLATILE = ("/run/", "/var/run/", "/dev/", "/proc/", "/sys/")  # gone after a reboot, so never drift


def short(action):
    """Module name without its collection."""
    return str(action).rsplit(".", 1)[-1]


def clip(value):
    """Text of bounded length; the end of a long one is kept, where tools say why."""
    text = value if isinstance(value, str) else "" if value is None else str(value)
    return text if len(text) <= TEXT_LIMIT else "... " + text[-TEXT_LIMIT:]


def cause(result):
    """Why a task failed, from what its module said."""
    said = [clip(result.get(key)).strip() for key in ("msg", "stderr", "module_stderr", "reason")]
    items = [r for r in result.get("results", []) if isinstance(r, dict) and (r.get("failed") or r.get("unreachable"))]
    told = [text for i, text in enumerate(said) if text and text not in said[:i]]
    return "\n".join(told + [cause(item) for item in items[:3]])


def things_of(module, result, check, given, role_path):
    """What a task left on its host, one dictionary a thing; nothing where check mode only pretended."""
    if check or result.get("skipped"):
        return []
    parts = (
        [r for r in result["results"] if isinstance(r, dict)] if isinstance(result.get("results"), list) else [result]
    )
    good = [part for part in parts if not (part.get("skipped") or part.get("failed"))]
    return [
        thing
        for part in good
        for thing in one(module, part, given, role_path)
        if not str(thing["name"]).startswith(VOLATILE)
    ]


def one(module, result, given, role_path):
    """The things of one result, or of one item of a loop; ``given`` are the arguments of a task without a loop."""
    arguments = (
        result.get("invocation", {}).get("module_args", {}) if isinstance(result.get("invocation"), dict) else {}
    )
    if module in FILE_MODULES:
        return written({**arguments, **given}, result, role_path)
    if module in EDIT_MODULES:
        return edited(arguments)
    if module in STATE_MODULES:
        return stated(arguments, result)
    if module in UNIT_MODULES:
        return unit(arguments, result)
    if module in PACKAGE_MODULES:
        return packages(arguments)
    if module in ACCOUNT_MODULES:
        return [{"kind": module, "name": arguments.get("name"), "watched": account_fields(module, arguments)}]
    return [{"kind": "hostname", "name": arguments.get("name"), "watched": ["value"]}] if module == "hostname" else []


def file_thing(path, content, state, sha1=None):
    """A file; ``content`` says whether the role decides what is in it."""
    said = {"state": state, "sha1": sha1 if content else None}
    watched = ATTRIBUTES + ["target"] + (["content"] if content else [])
    return {"kind": "file", "name": path, "watched": watched, "said": {k: v for k, v in said.items() if v}}


def written(arguments, result, role_path):
    """A file that was shipped, or every file of a folder that was."""
    path, source = result.get("dest") or result.get("path") or arguments.get("dest"), arguments.get("src")
    if not path:
        return []
    folder = source_folder(source, role_path) if isinstance(source, str) and not arguments.get("remote_src") else None
    if folder:
        base = Path(arguments["dest"]) if source.endswith("/") else Path(arguments["dest"]) / folder.name
        names = [file.relative_to(folder) for file in sorted(folder.rglob("*")) if file.is_file()]
        return [file_thing(str(base / name), True, "file") for name in names]
    content = arguments.get("force", True) not in (False, "no", "false") or "remote_src" not in arguments
    known = result.get("checksum") or result.get("checksum_dest")  # none: the file was there and may hold anything
    return [file_thing(path, content and bool(known), result.get("state") or "file", result.get("checksum"))]


def source_folder(source, role_path):
    """The folder on the controller that a task ships, None where it ships a file."""
    places = [Path(source)] + ([Path(role_path, "files", source), Path(role_path, source)] if role_path else [])
    return next((place for place in places if place.is_absolute() and place.is_dir()), None)


def edited(arguments):
    """A file of which a role decides some lines."""
    path = arguments.get("path") or arguments.get("dest") or arguments.get("destfile")
    return [file_thing(path, True, None)] if path else []


def stated(arguments, result):
    """A file, folder or link whose state and owner a role decides, not what is in it."""
    path = result.get("path") or result.get("dest") or arguments.get("path")
    state = result.get("state") or arguments.get("state")
    return [file_thing(path, False, state if state in ("directory", "absent", "link") else "file")] if path else []


def unit(arguments, result):
    """A systemd unit whose active or enabled state a role decides."""
    name, state = arguments.get("name") or result.get("name"), arguments.get("state")
    if not name:
        return []
    name = name if "." in name else name + ".service"
    active = {"started": "active", "restarted": "active", "reloaded": "active", "stopped": "inactive"}.get(state)
    watched = (["active"] if active else []) + (
        ["enabled"] if arguments.get("enabled") is not None or arguments.get("masked") is not None else []
    )
    return [{"kind": "unit", "name": name, "watched": watched, "said": {"active": active}}] if watched else []


def packages(arguments):
    """Packages that a role installs or removes, by bare name."""
    names = arguments.get("name") or arguments.get("pkg") or arguments.get("package") or []
    names = [part.strip() for name in ([names] if isinstance(names, str) else names) for part in str(name).split(",")]
    bare = [name.split("=")[0] for name in names if name and not name.startswith(("/", "http")) and "*" not in name]
    return [{"kind": "package", "name": name, "watched": ["version"]} for name in bare]


def account_fields(module, arguments):
    """What about a user or group a role decides: only what its task states."""
    asked = {"shell": "shell", "home": "home", "groups": "groups", "uid": "uid"} if module == "user" else {"gid": "gid"}
    return ["state"] + [field for argument, field in asked.items() if arguments.get(argument) is not None]


class CallbackModule(CallbackBase):
    """The plugin; every write is one whole line, and a full disk never stops the play."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "dgxops_events"
    CALLBACK_NEEDS_ENABLED = True
    CALLBACK_NEEDS_WHITELIST = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._path = os.environ.get("DGXOPS_EVENTS")
        self._file = None
        self._secrets = {}
        if not self._path:
            self.disabled = True

    def _write(self, kind, **fields):
        line = json.dumps({"v": VERSION, "at": round(time.time(), 3), "event": kind, **fields}, default=str)
        for name, value in self._secrets.items():
            line = line.replace(value, f"<{name}>")
        try:
            if self._file is None:
                self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            os.write(self._file, line.encode("utf-8", "replace") + b"\n")
        except OSError as error:
            self._display.warning(f"dgxops_events: {error}")

    # What Ansible calls

    def v2_playbook_on_start(self, playbook):
        self._write("playbook", playbook=Path(playbook._file_name).name)

    def v2_playbook_on_play_start(self, play):
        self._learn_secrets(play)
        self._write("play", play=play.get_name())

    def v2_playbook_on_task_start(self, task, is_conditional):
        self._write("task", **self._task(task), handler=False)

    def v2_playbook_on_handler_task_start(self, task):
        self._write("task", **self._task(task), handler=True)

    def v2_runner_on_ok(self, result):
        self._result(result, "changed" if result.is_changed() else "ok")

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._result(result, "failed", ignored=bool(ignore_errors))

    def v2_runner_on_skipped(self, result):
        self._result(result, "skipped")

    def v2_runner_on_unreachable(self, result):
        self._result(result, "unreachable")

    def v2_playbook_on_stats(self, stats):
        fields = ("ok", "changed", "failures", "dark", "skipped", "rescued", "ignored")
        hosts = {host: {f: getattr(stats, f).get(host, 0) for f in fields} for host in stats.processed}
        self._write("stats", hosts=hosts)

    # How it is told

    def _learn_secrets(self, play):
        names = os.environ.get("DGXOPS_SECRET_NAMES", "").split(",")
        extra = play.get_variable_manager().extra_vars
        values = {name: str(extra[name]) for name in names if name in extra}
        self._secrets = {name: json.dumps(value)[1:-1] for name, value in values.items() if len(value) > 3}

    def _task(self, task):
        role = getattr(task, "_role", None)
        name = role.get_name() if role else ""
        return {
            "id": str(task._uuid),
            "task": clip(task.get_name().removeprefix(f"{name} : ")),
            "role": short(name) if name else None,
            "module": short(task.action),
            "check": bool(task.check_mode),
        }

    def _result(self, result, status, **fields):
        task, raw = result._task, result._result
        about = self._task(task)
        hidden = bool(task.no_log) or bool(raw.get("_ansible_no_log")) or "censored" in raw
        if hidden:
            fields["hidden"] = True
        else:
            self._tell(about, raw, status, fields, self._origin(result))
        handler = type(task).__name__ == "Handler"
        self._write("host", host=result._host.get_name(), status=status, **about, handler=handler, **fields)

    def _origin(self, result):
        """Arguments of the task, where they are those of its one result, and the folder of its role."""
        given = result._task_fields.get("args") if "results" not in result._result else None
        return given or {}, getattr(getattr(result._task, "_role", None), "_role_path", None)

    def _tell(self, about, raw, status, fields, origin):
        if status in ("failed", "unreachable"):
            fields["message"] = clip(cause(raw))
        if status in ("ok", "changed"):
            fields["things"] = things_of(about["module"], raw, about["check"], *origin)
