"""Every role keeps the contract; and every check of it can fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from dgxops.model.cluster import Cluster
from dgxops.render.role_vars import base, gpu, slurm
from tests.role_contract import checks
from tests.role_contract.role import Role

ROOT = Path(__file__).parent.parent
ROLES = [Role(path) for path in sorted((ROOT / "roles").iterdir()) if path.is_dir()]
PLAYBOOKS = sorted((ROOT / "playbooks").glob("*.yml"))
Check = Callable[[Role], Iterator[str]]


@pytest.mark.parametrize("check", checks.CHECKS, ids=lambda c: c.__name__)
@pytest.mark.parametrize("role", ROLES, ids=lambda r: r.name)
def test_every_role_keeps_the_contract(role: Role, check: Check) -> None:
    assert list(check(role)) == []


def test_there_are_roles_to_hold() -> None:
    assert {"dgx_os", "name_resolution", "time_sync", "access"} <= {role.name for role in ROLES}


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda p: p.name)
def test_a_dead_host_stops_nobody_and_facts_are_few(playbook: Path) -> None:
    for play in yaml.safe_load(playbook.read_text()):
        assert "any_errors_fatal" not in play
        assert "max_fail_percentage" not in play
        if play.get("roles"):
            assert play["become"] is True
            assert play.get("gather_facts") is False or "!all" in play["gather_subset"]


# --- the checks themselves: a small good role, and one change a case that a named check must see

GOOD = {
    "roles/nice/defaults/main.yml": "nice_level: 1\n",
    "roles/nice/meta/main.yml": "galaxy_info: {role_name: nice, license: Apache-2.0, description: d}\n",
    "roles/nice/meta/argument_specs.yml": (
        "argument_specs: {main: {options: {nice_level: {type: int, description: d, default: 1}}}}\n"
    ),
    "roles/nice/tasks/main.yml": (
        "- {name: A, ansible.builtin.import_tasks: validate.yml}\n"
        "- {name: B, ansible.builtin.import_tasks: configure.yml}\n"
        "- {name: C, ansible.builtin.import_tasks: verify.yml}\n"
    ),
    "roles/nice/tasks/validate.yml": (
        "- {name: V, ansible.builtin.assert: {that: nice_level > 0, fail_msg: '{{ inventory_hostname }}'}}\n"
    ),
    "roles/nice/tasks/configure.yml": "- {name: W, ansible.builtin.template: {src: nice.conf, dest: /etc/nice/}}\n",
    "roles/nice/tasks/verify.yml": (
        "- {name: R, ansible.builtin.command: nice, register: __nice_now, changed_when: false, check_mode: false}\n"
        "- {name: H, ansible.builtin.assert: {that: __nice_now.stdout == '1', fail_msg: '{{ inventory_hostname }}'}}\n"
    ),
    "roles/nice/handlers/main.yml": ("- {name: L, ansible.builtin.command: {argv: [l], removes: /etc/nice}}\n"),
    "roles/nice/templates/nice.conf": "{{ nice_level }}\n",
    "roles/nice/README.md": "`nice_level`\n",
    "playbooks/base.yml": "- {hosts: managed, become: true, roles: [{role: nice, tags: [nice]}]}\n",
    "molecule/nice/molecule.yml": "{}\n",
    "molecule/nice/scenario.yml": "refuses: [{vars: {nice_level: 0}, says: '0'}]\n",
    "molecule/nice/tasks/drift.yml": "[]\n",
    "molecule/nice/tasks/proof.yml": "[]\n",
}


@pytest.fixture
def nice(tmp_path: Path) -> Role:
    for name, text in GOOD.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return Role(tmp_path / "roles/nice")


def test_the_good_role_is_good(nice: Role) -> None:
    assert [fault for check in checks.CHECKS for fault in check(nice)] == []


def task(module: str, arguments: Any = None, **keys: Any) -> str:
    return yaml.safe_dump([{"name": "X", module: arguments or {}, **keys}])


HIDDEN_OPTION = "argument_specs: {main: {options: {nice_password: {type: str, description: d, required: true%s}}}}\n"

# check, file, text put in its place (None: the file is taken away), words of the fault
BAD: list[tuple[Check, str, str | None, str]] = [
    (checks.layout, "README.md", None, "README.md is missing"),
    (checks.layout, "tasks/verify.yml", None, "verify.yml is missing"),
    (checks.layout, "tasks/extra.yml", "[]", "is no phase"),
    (checks.phases, "tasks/install.yml", "[]", "imports"),
    (checks.phases, "tasks/main.yml", task("ansible.builtin.include_tasks", "validate.yml"), "only static imports"),
    (checks.arguments, "defaults/main.yml", "nice_level: 2\n", "defaults say 2"),
    (checks.arguments, "defaults/main.yml", "nice_level: 1\nnice_more: 1\n", "nice_more is in defaults and not"),
    (checks.arguments, "defaults/main.yml", "{}\n", "not in defaults"),
    (
        checks.arguments,
        "meta/argument_specs.yml",
        "argument_specs: {main: {options: {nice_level: {default: 1}}}}",
        "type",
    ),
    (checks.names, "defaults/main.yml", "level: 1\n", "a public variable is called nice_x"),
    (checks.names, "vars/main.yml", "nice_inner: 1\n", "a private variable is called __nice_x"),
    (checks.names, "tasks/configure.yml", task("ansible.builtin.stat", {"path": "/"}, register="seen"), "seen"),
    (checks.names, "tasks/configure.yml", task("ansible.builtin.set_fact", {"made": 1}), "made"),
    (checks.names, "tasks/configure.yml", task("ansible.builtin.stat", vars={"v": 1}), "v: a private"),
    (checks.names, "tasks/configure.yml", task("ansible.builtin.stat", loop_control={"loop_var": "i"}), "i: a private"),
    (checks.modules, "tasks/configure.yml", task("template", {"src": "x"}), "by their full name"),
    (checks.modules, "tasks/configure.yml", task("community.general.ini_file"), "modules are ansible.builtin"),
    (checks.modules, "handlers/main.yml", "- {ansible.builtin.stat: {path: /}}\n", "a task has a name"),
    (checks.words, "tasks/configure.yml", task("ansible.builtin.stat", ignore_errors=True), "hides what went wrong"),
    (checks.words, "templates/nice.conf", "{{ hostvars['a'].x }}", "reads no other host"),
    (checks.words, "templates/nice.conf", "{% for h in groups['dgx'] %}{% endfor %}", "reads no other host"),
    (checks.words, "templates/nice.conf", "{{ ansible_facts.distribution }}", "ansible_facts['x']"),
    (checks.words, "templates/nice.conf", "{{ ansible_distribution }}", "ansible_facts['x']"),
    (
        checks.never_destroys,
        "handlers/main.yml",
        task("ansible.builtin.command", {"argv": ["reboot"]}),
        "never reboots",
    ),
    (checks.never_destroys, "tasks/configure.yml", task("ansible.builtin.command", "mkfs.ext4 /dev/x"), "formats"),
    (checks.never_destroys, "handlers/main.yml", task("ansible.builtin.reboot"), "never reboots"),
    (
        checks.check_mode,
        "tasks/configure.yml",
        task("ansible.builtin.command", "x", changed_when=True),
        "in check mode",
    ),
    (checks.check_mode, "tasks/configure.yml", task("ansible.builtin.shell", "x", check_mode=False), "changed_when"),
    (
        checks.check_mode,
        "handlers/main.yml",
        task("ansible.builtin.command", {"argv": ["x"], "removes": "/x"}, changed_when=True),
        "held back",
    ),
    (checks.check_mode, "tasks/configure.yml", task("ansible.builtin.script", "x"), "skipped in check mode"),
    (checks.unpredictable, "tasks/configure.yml", task("ansible.builtin.command", "x", check_mode=True), "foresee"),
    (
        checks.unpredictable,
        "tasks/configure.yml",
        task("ansible.builtin.command", "x", check_mode=False, changed_when=True),
        "acts in check mode",
    ),
    (
        checks.unpredictable,
        "tasks/configure.yml",
        task("ansible.builtin.apt", {"update_cache": True}, check_mode=False, changed_when=False),
        "does not say why",
    ),
    (checks.verify_only_reads, "tasks/verify.yml", task("ansible.builtin.file", {"path": "/x"}), "only reads"),
    (checks.verify_only_reads, "tasks/verify.yml", task("ansible.builtin.command", "x"), "changed_when: false"),
    (checks.verify_asserts, "tasks/verify.yml", "[]", "can never fail"),
    (
        checks.verify_asserts,
        "tasks/verify.yml",
        task("ansible.builtin.command", "x", failed_when=False),
        "can never fail",
    ),
    (checks.verify_asserts, "tasks/validate.yml", task("ansible.builtin.assert", {"that": True}), "names the host"),
    (checks.addresses, "templates/nice.conf", "deb http://deb.example.com x main", "an address"),
    (checks.addresses, "defaults/main.yml", "nice_url: https://example.com\n", "an address"),
    (checks.packages, "tasks/configure.yml", task("ansible.builtin.apt", {"name": ["nice"]}), "from the release"),
    (
        checks.packages,
        "tasks/configure.yml",
        task("ansible.builtin.apt", {"name": "{{ nice_packages + ['nicer'] }}"}),
        "from the release",
    ),
    (checks.secrets, "meta/argument_specs.yml", HIDDEN_OPTION % ", default: x", "a secret has no default"),
    (checks.secrets, "meta/argument_specs.yml", HIDDEN_OPTION % "", "no_log: true"),
    (checks.readme, "README.md", "nothing", "nice_level"),
    (checks.meta, "meta/main.yml", "galaxy_info: {role_name: nasty}\n", "role_name"),
    (checks.meta, "meta/main.yml", "{dependencies: [other]}", "depends on no other"),
    (checks.scenario, "../../molecule/nice/tasks/drift.yml", None, "drift.yml is missing"),
    (checks.scenario, "../../molecule/nice/scenario.yml", "refuses: []", "no bad value"),
    (checks.playbooks, "../../playbooks/base.yml", "- {hosts: managed, roles: [nice]}", "tags: [nice]"),
    (checks.playbooks, "../../playbooks/base.yml", "[]", "stands in 0 plays"),
]


@pytest.mark.parametrize(("check", "file", "text", "said"), BAD, ids=[f"{c.__name__}: {s}" for c, _, _, s in BAD])
def test_each_check_sees_a_bad_role(nice: Role, check: Check, file: str, text: str | None, said: str) -> None:
    target = nice.path / file
    if text is None:
        target.unlink()
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    assert any(said in fault for fault in check(Role(nice.path))), list(check(Role(nice.path)))


def test_a_secret_that_a_template_writes_is_seen(nice: Role) -> None:
    (nice.path / "meta/argument_specs.yml").write_text(HIDDEN_OPTION % ", no_log: true")
    (nice.path / "defaults/main.yml").write_text("{}\n")
    (nice.path / "templates/nice.conf").write_text("{{ nice_password }}\n")
    assert list(checks.secrets(Role(nice.path))) == ["tasks/configure.yml: W: writes a secret without no_log: true"]


def test_a_reason_to_run_in_check_mode_outlives_no_task(nice: Role, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(checks.RUNS_IN_CHECK_MODE, "nice", {"tasks/configure.yml: Z": "reads"})
    assert list(checks.unpredictable(nice)) == ["tasks/configure.yml: Z is declared and does not run in check mode"]
    assert checks.RUNS_IN_CHECK_MODE.keys() <= {role.name for role in ROLES} | {"nice"}


@pytest.mark.parametrize("role", ROLES, ids=lambda r: r.name)
def test_packages_are_rendered_from_the_release_and_a_default_is_the_same(role: Role, pod1: Cluster) -> None:
    groups = [variables for module in (base, gpu, slurm) for variables in module.group_variables(pod1).values()]
    rendered = {name: value for variables in groups for name, value in variables.items()}
    for name in (option for option in role.options if option.endswith("_packages")):
        assert name in rendered, f"{name} is not rendered from the release"
        assert role.defaults.get(name, rendered[name]) == rendered[name]
        named = {package for _, some in pod1.release.packages for package in some}
        stack = (p for purpose in dict(pod1.release.stack)["7"] for p in pod1.release.stack_for(purpose[0]))
        assert set(rendered[name]) <= named | set(stack)


def test_every_role_named_in_a_playbook_exists() -> None:
    entries = [entry for p in PLAYBOOKS for play in yaml.safe_load(p.read_text()) for entry in play.get("roles", [])]
    assert {entry["role"] for entry in entries} == {role.name for role in ROLES}


def test_roles_carry_no_module_of_their_own() -> None:
    """What computes is dgxops."""
    assert [
        p for role in ROLES for p in role.path.iterdir() if p.name in ("library", "module_utils", "filter_plugins")
    ] == []
