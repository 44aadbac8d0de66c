"""One function a promise: each yields what is wrong, as text. CHECKS holds them all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.role_contract.role import BLOCKS, PHASES, Role, Task, arguments_of, module_of

REQUIRED = (
    "defaults/main.yml",
    "meta/main.yml",
    "meta/argument_specs.yml",
    "tasks/main.yml",
    "tasks/validate.yml",
    "tasks/verify.yml",
    "handlers/main.yml",
    "README.md",
)
COMMANDS = ("ansible.builtin.command", "ansible.builtin.shell")
BLIND = ("ansible.builtin.script", "ansible.builtin.raw", "ansible.builtin.expect")  # check mode skips them silently
READERS = (
    "ansible.builtin.assert",
    "ansible.builtin.command",
    "ansible.builtin.find",
    "ansible.builtin.getent",
    "ansible.builtin.include_vars",
    "ansible.builtin.service_facts",
    "ansible.builtin.shell",
    "ansible.builtin.slurp",
    "ansible.builtin.stat",
)
READING_FILES = ("tasks/validate.yml", "tasks/verify.yml")
FORBIDDEN = {
    r"\bignore_errors\b": "ignore_errors hides what went wrong",
    r"\bignore_unreachable\b": "ignore_unreachable hides a dead host",
    r"\bhostvars\b": "hostvars: a role reads no other host",
    r"\bgroups\s*[\[.]": "groups: a role reads no other host",
    r"inventory_hostnames": "inventory_hostnames: a role reads no other host",
    r"\brun_once\b": "run_once: one dead host would stop the others",
    r"\bansible_(distribution|default_ipv4|hostname|fqdn|memtotal_mb|processor|os_family|architecture|service_mgr)": (
        "facts are read as ansible_facts['x']"
    ),
    r"\bansible_facts\.": "facts are read as ansible_facts['x']",
    r"\b(include_tasks|include_role|import_role)\b": "imports are static, and of the role's own phases",
}
INSTALLERS = ("ansible.builtin.apt", "ansible.builtin.package", "ansible.builtin.dnf", "ansible.builtin.pip")
FROM_THE_RELEASE = re.compile(r"{{ (\w+_packages)( \+ \w+_packages)* }}")
ADDRESS = re.compile(r"\b(?:https?|ftp|rsync)://[A-Za-z0-9]")
# What really runs in check mode besides validate.yml and verify.yml, which only read: why it must, role by role
RUNS_IN_CHECK_MODE = {
    "dgx_os": {
        "tasks/install.yml: Fetch package lists where there are none (in check mode too, as nothing could be foreseen "
        "without them) or the sources changed": "acts, on a bare host alone: without lists apt foresees nothing",
        "tasks/service.yml: Read the running kernel": "reads: what the kernel lacks is what would be loaded",
    },
    "fabric_manager": {
        "tasks/service.yml: Read what the host has, and what runs there": "reads: what waits shows in the plan",
    },
    "nvidia_driver": {
        "tasks/service.yml: Read which driver is loaded, and which is installed": "reads: a reboot shows in the plan",
    },
    "slurm_controller": {
        "tasks/configure.yml: Hold what runs against what is written (a run that broke off between the two left them "
        "apart)": "reads: a reload that is owed shows in the plan",
    },
    "slurm_database": {
        "tasks/configure.yml: Look at the accounting database": "reads: what is missing is what would be made",
    },
    "slurm_node": {
        "tasks/service.yml: Hold the node to the GPUs that Slurm promises": "reads: a missing device shows in the plan",
    },
}
DESTRUCTIVE = re.compile(r"\b(reboot|shutdown|poweroff|halt|kexec|mkfs(\.\w+)?|wipefs|blkdiscard|mdadm|scancel)\b")
SECRET = re.compile(r"(password|passphrase|secret|private|_key$|^key$)")


def layout(role: Role) -> Iterator[str]:
    for file in REQUIRED:
        if not (role.path / file).is_file():
            yield f"{file} is missing"
    for file in role.tasks:
        if file.startswith("tasks/") and file.removeprefix("tasks/").removesuffix(".yml") not in ("main", *PHASES):
            yield f"{file} is no phase ({', '.join(PHASES)})"


def phases(role: Role) -> Iterator[str]:
    imported = []
    for task in role.tasks.get("tasks/main.yml", []):
        if module_of(task) != "ansible.builtin.import_tasks":
            yield f"tasks/main.yml: {task.get('name')}: only static imports stand here"
        else:
            imported.append(str(task["ansible.builtin.import_tasks"]).removesuffix(".yml"))
    there = [p for p in PHASES if (role.path / f"tasks/{p}.yml").exists()]
    if imported != there:
        yield f"tasks/main.yml imports {imported}; the phases that have a file are, in order, {there}"


def arguments(role: Role) -> Iterator[str]:
    for name in sorted(role.defaults.keys() - role.options.keys()):
        yield f"{name} is in defaults and not in argument_specs"
    for name, option in role.options.items():
        yield from _option(role, name, option)


def _option(role: Role, name: str, option: dict[str, Any]) -> Iterator[str]:
    for key in ("type", "description"):
        if not option.get(key):
            yield f"{name} has no {key}"
    if option.get("type") == "list" and "elements" not in option:
        yield f"{name} does not say what its elements are"
    if option.get("required"):
        if name in role.defaults:
            yield f"{name} is required and has a default"
    elif name not in role.defaults:
        yield f"{name} is in argument_specs and not in defaults"
    elif option.get("default") != role.defaults[name]:
        yield f"{name}: argument_specs says {option.get('default')!r}, defaults say {role.defaults[name]!r}"


def names(role: Role) -> Iterator[str]:
    private = f"__{role.name}_"
    for name in [*role.defaults, *role.options]:
        if not name.startswith(f"{role.name}_"):
            yield f"{name}: a public variable is called {role.name}_x"
    for name in role.yaml("vars/main.yml") or {}:
        if not name.startswith(private):
            yield f"vars/main.yml: {name}: a private variable is called {private}x"
    for place, task in role.every_task():
        for name in _named_by(task):
            if not name.startswith(private):
                yield f"{place}: {name}: a private variable is called {private}x"


def _named_by(task: Task) -> Iterator[str]:
    yield from task.get("vars", {})
    yield from filter(None, [task.get("register"), (task.get("loop_control") or {}).get("loop_var")])
    if module_of(task) == "ansible.builtin.set_fact":
        yield from (name for name in arguments_of(task) if name != "cacheable")


def modules(role: Role) -> Iterator[str]:
    for place, task in role.every_task():
        module = module_of(task)
        if not task.get("name"):
            yield f"{place}: a task has a name"
        if module is None and not any(part in task for part in BLOCKS):
            yield f"{place}: calls no module"
        elif module is not None and not module.startswith("ansible.builtin."):
            yield f"{place}: {module}: modules are ansible.builtin, by their full name"


def words(role: Role) -> Iterator[str]:
    for file in role.files("tasks", "handlers", "templates", "defaults", "vars", "files"):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if not line.lstrip().startswith("#"):
                yield from (f"{file.name}:{number}: {why}" for word, why in FORBIDDEN.items() if re.search(word, line))


def check_mode(role: Role) -> Iterator[str]:
    """A command says what it does in check mode: it runs (check_mode: false), or is foreseen (creates, removes)."""
    for place, task in role.every_task():
        module = module_of(task)
        if module in BLIND:
            yield f"{place}: {module} is skipped in check mode without a word"
        if module not in COMMANDS:
            continue
        foreseen = {"creates", "removes"} & (arguments_of(task).keys() | task.get("args", {}).keys())
        if "check_mode" not in task and not foreseen:
            yield f"{place}: a command says what happens in check mode (check_mode, or creates/removes)"
        if "changed_when" not in task and not foreseen:
            yield f"{place}: a command says when it has changed something (changed_when, or creates/removes)"
        held_back = arguments_of(task).get("removes", "") != "/"  # which is always there
        if task.get("changed_when") is True and foreseen and held_back:
            yield f"{place}: with changed_when: true a command that creates/removes held back would count as a change"


def never_destroys(role: Role) -> Iterator[str]:
    """It leaves a request; a day-2 playbook drains, acts and returns the node."""
    for place, task in role.every_task():
        said = str(task.get(module_of(task) or "", ""))
        if module_of(task) == "ansible.builtin.reboot" or (module_of(task) in COMMANDS and DESTRUCTIVE.search(said)):
            yield f"{place}: a role never reboots, formats a disk or kills a job"


def unpredictable(role: Role) -> Iterator[str]:
    """Nothing acts that check mode skips in silence, and nothing runs in check mode for which no reason is declared."""
    declared = RUNS_IN_CHECK_MODE.get(role.name, {})
    ran = {place for place, task in role.every_task() if task.get("check_mode") is False}
    yield from (f"{place} is declared and does not run in check mode" for place in declared.keys() - ran)
    for place in sorted(ran - declared.keys()):
        if not place.startswith(READING_FILES):
            yield f"{place}: runs in check mode, and RUNS_IN_CHECK_MODE does not say why"
    for place, task in role.every_task():
        if module_of(task) in COMMANDS and task.get("check_mode") is True:
            yield f"{place}: check mode cannot foresee it (give creates or removes)"
        if task.get("check_mode") is False and module_of(task) in COMMANDS and task.get("changed_when") is True:
            yield f"{place}: acts in check mode"


def verify_only_reads(role: Role) -> Iterator[str]:
    for file in READING_FILES:
        for task in role.tasks.get(file, []):
            module = module_of(task)
            if module is None:
                continue
            if module not in READERS:
                yield f"{file}: {task.get('name')}: {module} is not one that only reads"
            if module in COMMANDS and (task.get("changed_when") is not False or task.get("check_mode") is not False):
                yield f"{file}: {task.get('name')}: a reading command has changed_when: false and check_mode: false"


def verify_asserts(role: Role) -> Iterator[str]:
    """Something in them can fail: an assertion, whose message names the host, or a command's exit status."""
    for file in READING_FILES:
        tasks = role.tasks.get(file, [])
        asserts = [t for t in tasks if module_of(t) == "ansible.builtin.assert"]
        if not asserts and not any(module_of(t) in COMMANDS and t.get("failed_when") is not False for t in tasks):
            yield f"{file} can never fail"
        for task in asserts:
            if "inventory_hostname" not in str(arguments_of(task).get("fail_msg", "")):
                yield f"{file}: {task.get('name')}: the message names the host"


def addresses(role: Role) -> Iterator[str]:
    for file in role.files("tasks", "handlers", "templates", "defaults", "vars", "files", "meta"):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if ADDRESS.search(line):
                yield f"{file.name}:{number}: an address; those stand in the catalogue, overridable by one variable"


def packages(role: Role) -> Iterator[str]:
    """What is installed is named by the catalogue's release, by purpose; a role may name what it removes."""
    for place, task in role.every_task():
        given = arguments_of(task)
        if module_of(task) not in INSTALLERS or given.get("state") == "absent":
            continue
        if "deb" in given or ("name" in given and not FROM_THE_RELEASE.fullmatch(str(given["name"]))):
            yield f"{place}: packages are those of {role.name}_x_packages, which is rendered from the release"


def secrets(role: Role) -> Iterator[str]:
    for name, option in role.options.items():
        if SECRET.search(name):
            if "default" in option or name in role.defaults:
                yield f"{name}: a secret has no default"
            if option.get("no_log") is not True:
                yield f"{name}: a secret has no_log: true"
    hidden = [name for name in role.options if SECRET.search(name)]
    carriers = {f.name for f in role.files("templates") if any(name in f.read_text() for name in hidden)}
    for place, task in role.every_task():
        if module_of(task) in (None, "ansible.builtin.assert"):
            continue
        said = str({k: v for k, v in task.items() if k != "name"})
        if any(name in said for name in hidden) and task.get("no_log") is not True:
            yield f"{place}: handles a secret without no_log: true"
        source = str(arguments_of(task).get("src", "")).rsplit("/", 1)[-1]
        if source in carriers and task.get("no_log") is not True:
            yield f"{place}: writes a secret without no_log: true"


def readme(role: Role) -> Iterator[str]:
    text = role.text("README.md")
    yield from (f"README.md does not mention {name}" for name in role.options if f"`{name}`" not in text)


def meta(role: Role) -> Iterator[str]:
    info = (role.yaml("meta/main.yml") or {}).get("galaxy_info", {})
    if info.get("role_name") != role.name:
        yield f"meta/main.yml: role_name is {info.get('role_name')!r}"
    if info.get("license") != "Apache-2.0":
        yield f"meta/main.yml: license is {info.get('license')!r}"
    if not info.get("description"):
        yield "meta/main.yml has no description"
    if (role.yaml("meta/main.yml") or {}).get("dependencies"):
        yield "meta/main.yml: a role depends on no other; the playbook has the order"


def scenario(role: Role) -> Iterator[str]:
    """Behaviour is proved by a molecule scenario of the role's name, with drift, proof and at least one bad value."""
    folder = role.path.parent.parent / "molecule" / role.name
    for file in ("molecule.yml", "scenario.yml", "tasks/drift.yml", "tasks/proof.yml"):
        if not (folder / file).is_file():
            yield f"molecule/{role.name}/{file} is missing"
    told = Role(folder).yaml("scenario.yml") or {}
    if not told.get("refuses"):
        yield f"molecule/{role.name}/scenario.yml: no bad value is tried"


def playbooks(role: Role) -> Iterator[str]:
    """The role is in exactly one playbook of a stage, tagged with its name."""
    entries = list(_entries(role))
    if len(entries) != 1:
        yield f"{role.name} stands in {len(entries)} plays of playbooks/, it should be one"
    for playbook, entry in entries:
        if not isinstance(entry, dict) or entry.get("tags") != [role.name]:
            yield f"{playbook}: {role.name} has tags: [{role.name}]"


def _entries(role: Role) -> Iterator[tuple[str, Any]]:
    folder = Role(role.path.parent.parent / "playbooks")
    for file in sorted(folder.path.glob("*.yml")):
        for play in folder.yaml(file.name) or []:
            for entry in play.get("roles", []):
                if role.name in (entry, isinstance(entry, dict) and entry.get("role")):
                    yield file.name, entry


CHECKS: tuple[Callable[[Role], Iterator[str]], ...] = (
    layout,
    phases,
    arguments,
    names,
    modules,
    words,
    check_mode,
    never_destroys,
    unpredictable,
    verify_only_reads,
    verify_asserts,
    addresses,
    packages,
    secrets,
    readme,
    meta,
    scenario,
    playbooks,
)
