"""Laws of the plan: what folds, what each change costs, and what the data says."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
import yaml
from ClusterShell.NodeSet import NodeSet
from hypothesis import given
from hypothesis import strategies as st

from dgxops.model.cluster import Cluster
from dgxops.model.plan import Cost, Plan, Reason, RolePlan, Standing, worst
from dgxops.paths import ansible_root
from dgxops.plan.costs import TABLE, cost_of, known
from dgxops.plan.data import as_data
from dgxops.plan.fold import folded, identities
from dgxops.plan.inputs import Inputs
from dgxops.plan.roles import read_role

ROLES = sorted(p.name for p in (ansible_root() / "roles").iterdir() if p.is_dir())

reasons = st.builds(
    Reason,
    st.just("file"),
    st.sampled_from(["/etc/a", "/etc/b"]),
    st.sampled_from(["edited", "gone"]),
    st.sampled_from(Cost),
)
role_plans = st.builds(
    RolePlan,
    st.integers(1, 12).map(lambda n: f"dgx-{n:03d}"),
    st.sampled_from(["base", "slurm"]),
    st.sampled_from(["access", "munge"]),
    st.sampled_from(Standing),
    st.lists(reasons, max_size=3).map(tuple),
)
plans = st.lists(role_plans, max_size=30, unique_by=lambda r: (r.host, r.stage, r.role)).map(
    lambda roles: Plan("pod", "site", "0", ("base", "slurm"), tuple(sorted({r.host for r in roles})), tuple(roles))
)


@given(plan=plans)
def test_folding_loses_nothing_and_invents_nothing(plan: Plan) -> None:
    groups = folded(plan, {})
    unfolded = [(h, g.stage, g.role, g.standing, g.reasons) for g in groups for h in g.hosts]
    assert len(unfolded) == len(set(unfolded))
    assert set(unfolded) == {(r.host, r.stage, r.role, r.standing, r.reasons) for r in plan.roles if r.pending}


@given(plan=plans)
def test_groups_differ_and_the_costliest_of_a_stage_come_first(plan: Plan) -> None:
    groups = folded(plan, {})
    assert len({(g.stage, g.role, g.standing, g.reasons) for g in groups}) == len(groups)
    ranks = [(plan.stages.index(g.stage), -g.cost.rank) for g in groups]
    assert ranks == sorted(ranks)


@given(plan=plans)
def test_the_data_is_json_and_its_hosts_unfold_to_the_plans(plan: Plan) -> None:
    data = json.loads(json.dumps(as_data(plan, {})))
    assert data["format_version"] == 1
    assert data["summary"]["changes"] == any(r.pending for r in plan.roles) == plan.changes
    named = [(h, c["role"], c["stage"]) for c in data["changes"] for h in NodeSet(c["hosts"])]
    assert sorted(named) == sorted((r.host, r.role, r.stage) for r in plan.roles if r.pending)


def test_what_is_a_hosts_own_is_replaced_so_alike_changes_fold(mini: Cluster) -> None:
    roles = [
        RolePlan(n.name, "base", "access", Standing.DRIFTED, (_own_file(n.name, str(n.management_ip), mini.domain),))
        for n in mini.nodes
    ]
    names = tuple(n.name for n in mini.nodes)
    (group,) = folded(Plan("mini", "site", "0", ("base",), names, tuple(roles)), identities(mini))
    assert group.hosts == names
    assert group.reasons[0].subject == "/etc/keys/{host}.pub"
    assert group.reasons[0].detail == "{fqdn} at {management}, not dgx-0010"


def _own_file(name: str, address: str, domain: str) -> Reason:
    return Reason("file", f"/etc/keys/{name}.pub", f"{name}.{domain} at {address}, not dgx-0010", Cost.NONE)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_row_for_anything(role: str) -> None:
    assert (role, "*", "*") in {row[:3] for row in TABLE}


@pytest.mark.parametrize("role", ROLES)
def test_every_variable_of_every_role_has_a_row_of_its_kind(role: str) -> None:
    specs = yaml.safe_load((ansible_root() / "roles" / role / "meta" / "argument_specs.yml").read_text())
    patterns = [pattern for name, kind, pattern, _ in TABLE if (name, kind) == (role, "variable")]
    for option in specs["argument_specs"]["main"]["options"]:
        assert any(fnmatchcase(option, pattern) for pattern in patterns), option


def test_a_row_that_another_hides_does_nothing_so_there_is_none() -> None:
    for number, (role, kind, pattern, _) in enumerate(TABLE):
        for earlier_role, earlier_kind, earlier, _ in TABLE[:number]:
            hides = fnmatchcase(kind, earlier_kind) and fnmatchcase(pattern, earlier)
            assert not (role == earlier_role and hides), (role, kind, pattern)


def test_the_table_speaks_of_no_role_that_is_not_there() -> None:
    assert known() <= set(ROLES)


def test_a_role_nobody_knows_costs_the_worst() -> None:
    assert cost_of("mystery", "file", "/etc/x") is Cost.REBOOT


@given(st.lists(st.sampled_from(Cost)))
def test_the_worst_of_some_costs(costs: list[Cost]) -> None:
    assert worst(costs) is (max(costs, key=list(Cost).index) if costs else Cost.NONE)


salts = st.binary(min_size=16, max_size=16).map(bytes.hex)  # as a run draws them; HMAC pads shorter keys with zeros


@given(st.text(), salts, salts)
def test_secrets_enter_a_ledger_only_salted(value: str, salt: str, other: str) -> None:
    inputs = Inputs("r", {}, {}, {"munge_key": value})
    ledger = inputs.as_ledger(salt)
    assert ledger == inputs.as_ledger(salt)
    assert (ledger["secrets"] == inputs.as_ledger(other)["secrets"]) == (salt == other)
    assert "secrets" not in repr(inputs)


def test_secret_files_are_known_from_the_roles_source() -> None:
    roles = ansible_root() / "roles"
    assert read_role(roles, "munge").secret_files({}) == ("/etc/munge/munge.key",)
    assert "/etc/slurm/slurmdbd.conf" in read_role(roles, "slurm_database").secret_files({})


def test_a_roles_documentation_is_no_input(tmp_path: Path) -> None:
    (tmp_path / "x" / "tasks").mkdir(parents=True)
    (tmp_path / "x" / "tasks" / "main.yml").write_text("[]\n")
    before = read_role(tmp_path, "x").digest
    (tmp_path / "x" / "README.md").write_text("words")
    assert read_role(tmp_path, "x").digest == before
    (tmp_path / "x" / "tasks" / "main.yml").write_text("[]\n# changed\n")
    assert read_role(tmp_path, "x").digest != before
