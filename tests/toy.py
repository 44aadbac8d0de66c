"""A toy cluster for tests of plan and apply: three hosts that are folders of this machine, two stages, real Ansible.

The roles write below ``toy_root``, which the node program takes as the root of that host, so nothing outside the
test's own folder is touched and no SSH is needed. Everything else (playbooks, callback, engine) is as in earnest.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dgxops.apply.ansible import Connection
from dgxops.apply.journal import new_run, open_run
from dgxops.apply.listener import Silent
from dgxops.apply.stage import Work
from dgxops.model.plan import Plan
from dgxops.plan import Desired, make_plan, read_desired
from dgxops.remote import node_program
from dgxops.remote.pool import Answers, Request
from dgxops.secrets import Secrets
from dgxops.secrets.store import generate

REPOSITORY = Path(__file__).parent.parent
HOSTS = ("n1", "n2", "n3")
SECRETS = generate()

PLAYBOOKS = {
    "playbooks/site.yml": "- import_playbook: base.yml\n- import_playbook: work.yml\n",
    "playbooks/base.yml": """
- name: Base
  hosts: managed
  gather_facts: false
  roles:
    - {role: ship, tags: [ship]}
    - {role: key, tags: [key]}
""",
    "playbooks/work.yml": """
- name: Work
  hosts: worker
  gather_facts: false
  roles:
    - {role: job, tags: [job]}
""",
}

SHIP = """
- name: Folders
  ansible.builtin.file: {path: "{{ toy_root }}/etc", state: directory, mode: "0755"}
- name: Ship the settings
  ansible.builtin.copy: {src: "{{ ship_file }}", dest: "{{ toy_root }}/etc/settings", mode: "0644"}
- name: Ship a folder
  ansible.builtin.copy: {src: tree/, dest: "{{ toy_root }}/etc/tree/", mode: "0644"}
- name: Write a line
  ansible.builtin.copy: {content: "{{ ship_text }}\\n", dest: "{{ toy_root }}/etc/{{ item }}", mode: "0640"}
  loop: [one, two]
- name: Remove what must not be
  ansible.builtin.file: {path: "{{ toy_root }}/etc/old", state: absent}
"""

KEY = """
- name: Install the key
  ansible.builtin.copy: {content: "{{ munge_key }}", dest: "{{ toy_root }}/etc/munge.key", mode: "0400"}
  no_log: true
"""

JOB = """
- name: Work slowly
  ansible.builtin.command: {argv: [sleep, "{{ job_seconds }}"]}
  changed_when: false
  when: job_seconds > 0
- name: Fail where it is wished
  ansible.builtin.fail: {msg: "wished to fail on {{ inventory_hostname }}"}
  when: job_fails
- name: Say what is done
  ansible.builtin.copy: {content: done, dest: "{{ toy_root }}/etc/job", mode: "0644"}
"""

SPECS = {
    "ship": {"ship_text": "str", "ship_file": "path"},
    "key": {"munge_key": "str"},
    "job": {"job_fails": "bool", "job_seconds": "int"},
}


def spec_of(role: str) -> str:
    lines = [f"      {name}: {{type: {kind}, required: true}}\n" for name, kind in SPECS[role].items()]
    return "argument_specs:\n  main:\n    options:\n" + "".join(lines)


@dataclass
class FolderRemote:
    """Hosts that are folders; ``dead`` ones do not answer."""

    roots: Mapping[str, Path]
    dead: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def ask(self, requests: Mapping[str, Request]) -> Answers:
        answers = Answers({}, {})
        for host, request in requests.items():
            self.asked.append((host, request["action"]))
            if host in self.dead:
                answers.unreachable[host] = self.dead[host]
            else:
                answers.said[host] = self._answer(self.roots[host], request)
        return answers

    def _answer(self, root: Path, request: Request) -> dict[str, Any]:
        for ledger in request.get("ledgers", ()):
            for thing in ledger["things"]:
                thing["name"] = str(thing["name"]).removeprefix(str(root))
        return node_program.ACTIONS[request["action"]]({**request, "root": str(root)})


@dataclass
class Toy:
    """The toy cluster in one folder."""

    folder: Path
    remote: FolderRemote
    listener: Silent = field(default_factory=Silent)

    @property
    def tree(self) -> Path:
        return self.folder / "rendered"

    @property
    def ansible(self) -> Path:
        return self.folder / "ansible"

    def root(self, host: str) -> Path:
        return self.remote.roots[host]

    def vary(self, host: str, **variables: object) -> None:
        """Give one host variables of its own."""
        text = "".join(f"{name}: {value}\n" for name, value in variables.items())
        write(self.tree / "host_vars" / host / "site.yml", text)

    def desired(self, secrets: Mapping[str, str] | None = SECRETS) -> Desired:
        return read_desired("toy", self.tree, self.ansible, secrets)

    def plan(self, **options: Any) -> Plan:
        return make_plan(self.desired(), "site", self.remote, **options)

    def work(self) -> Work:
        """Everything for one run; the secrets go in plain, as extra variables in a file."""
        variables = self.folder / "secrets.json"
        write(variables, json.dumps(dict(SECRETS)))
        journal = open_run(self.folder / "state" / "runs", new_run(0), "apply", "toy", "site")
        return Work(
            desired=self.desired(),
            remote=self.remote,
            connection=Connection("root", None, ()),
            ansible=self.ansible,
            secrets=Secrets(dict(SECRETS)),
            secret_arguments=("--extra-vars", f"@{variables}"),
            journal=journal,
            listener=self.listener,
            lock=None,
        )


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def toy(folder: Path) -> Toy:
    """Make the toy cluster below ``folder``."""
    made = Toy(folder, FolderRemote({host: folder / "nodes" / host for host in HOSTS}))
    for path, text in PLAYBOOKS.items():
        write(made.ansible / path, text)
    for role, tasks in (("ship", SHIP), ("key", KEY), ("job", JOB)):
        write(made.ansible / "roles" / role / "tasks" / "main.yml", tasks)
        write(made.ansible / "roles" / role / "meta" / "argument_specs.yml", spec_of(role))
    write(made.ansible / "roles" / "ship" / "files" / "tree" / "deep" / "leaf", "leaf\n")
    (made.ansible / "plugins").symlink_to(REPOSITORY / "plugins")
    _tree(made)
    return made


def copy(original: Toy, folder: Path) -> Toy:
    """The same cluster in the same state, elsewhere."""
    shutil.copytree(original.folder, folder, symlinks=True, dirs_exist_ok=True)
    made = Toy(folder, FolderRemote({host: folder / "nodes" / host for host in HOSTS}))
    _say_roots(made)
    return made


def _tree(made: Toy) -> None:
    hosts = "".join(f"        {h}:\n" for h in HOSTS)
    text = f"all:\n  children:\n    managed:\n      children: {{worker: }}\n    worker:\n      hosts:\n{hosts}"
    write(made.tree / "hosts.yml", text)
    write(made.tree / "files" / "settings", "colour = green\nsize = 7\n")
    variables = {
        "ansible_connection": "local",
        "ship_file": "'{{ inventory_dir }}/files/settings'",
        "ship_text": "hello",
        "job_fails": "false",
        "job_seconds": 0,
    }
    write(made.tree / "group_vars" / "managed" / "rendered.yml", "".join(f"{k}: {v}\n" for k, v in variables.items()))
    _say_roots(made)


def _say_roots(made: Toy) -> None:
    for host, root in made.remote.roots.items():
        root.mkdir(parents=True, exist_ok=True)
        write(made.tree / "host_vars" / host / "rendered.yml", f"toy_root: {root}\n")
