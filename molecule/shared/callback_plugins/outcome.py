"""Write down what a run changed and where it failed, so that a scenario can hold a prediction against the deed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible import context
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
    name: outcome
    type: notification
    short_description: what a run changed, as JSON
    description:
      - Writes an object of changed (host to task names) and failed (host to task and message) to $DGXOPS_OUTCOME.
      - Without that variable it writes predicted.json (check mode) or done.json (the first run after it) into
        $MOLECULE_EPHEMERAL_DIRECTORY, for runs of more than the molecule playbooks themselves.
    requirements: [enabled in configuration]
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "outcome"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self.changed: dict[str, list[str]] = {}
        self.failed: dict[str, dict[str, str]] = {}
        self.folder = ""

    def v2_playbook_on_start(self, playbook: Any) -> None:
        self.folder = Path(playbook._file_name).resolve().parent.name

    def v2_runner_on_ok(self, result: Any) -> None:
        if result._result.get("changed"):
            self.changed.setdefault(result._host.name, []).append(result._task.get_name())

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        told = {"task": result._task.get_name(), "message": _message(result._result)}
        self.failed.setdefault(result._host.name, told)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self.failed.setdefault(result._host.name, {"task": "", "message": "unreachable"})

    def v2_playbook_on_stats(self, stats: Any) -> None:
        path = self._target()
        if path:
            path.write_text(json.dumps({"changed": self.changed, "failed": self.failed}, indent=1))

    def _target(self) -> Path | None:
        """Where to write; a scenario's second run (idempotence) must not overwrite what the first one did."""
        named = os.environ.get("DGXOPS_OUTCOME")
        if named:
            return Path(named)
        folder = os.environ.get("MOLECULE_EPHEMERAL_DIRECTORY")
        if not folder or self.folder != "playbooks":
            return None
        predicted, done = Path(folder, "predicted.json"), Path(folder, "done.json")
        if context.CLIARGS.get("check"):
            done.unlink(missing_ok=True)
            return predicted
        return None if done.exists() else done


def _message(result: dict[str, Any]) -> str:
    """What the task said, with what its loop items said."""
    parts = [str(result.get("msg", "")), *map(str, result.get("argument_errors", []))]
    parts += [str(item.get("msg", "")) for item in result.get("results", []) if item.get("failed")]
    return "\n".join(filter(None, parts))
