"""One stage: mark the nodes, run Ansible on those that need it, judge every host, let the nodes remember."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from dgxops.apply import ansible, guard
from dgxops.apply.ansible import Connection, Ended, Job
from dgxops.apply.events import Tally, last_line
from dgxops.apply.journal import Journal
from dgxops.apply.ledgers import begin_requests, record_requests
from dgxops.apply.listener import Listener
from dgxops.model.report import Failure, Outcome, RoleResult, StageResult
from dgxops.nodeset import fold
from dgxops.plan.desired import Desired
from dgxops.plan.playbooks import Stage
from dgxops.remote.pool import Remote
from dgxops.secrets import Secrets

Pair = tuple[str, str]  # host, role


@dataclass
class Work:
    """What every stage of one run needs. ``away`` and ``failed`` grow: later stages leave such hosts out."""

    desired: Desired
    remote: Remote
    connection: Connection
    ansible: Path
    secrets: Secrets
    secret_arguments: tuple[str, ...]
    journal: Journal
    listener: Listener
    lock: int | None
    away: dict[str, str] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    cancelled: bool = False


def run_stage(work: Work, stage: Stage, asked: tuple[Pair, ...]) -> StageResult:
    """Run the roles of ``asked`` in one stage. Every pair has a result, whatever happens but Ctrl-C."""
    started = time.monotonic()
    left_out = tuple(pair for pair in asked if pair[0] in work.failed)
    slice_ = _slice(work, stage, tuple(p for p in asked if p[0] not in work.failed and p[0] not in work.away))
    slice_ = _marked(work, stage, slice_)
    tally, problems = _acted(work, stage, slice_)
    results = [*_results(asked, slice_, tally, work), *(RoleResult(h, r, Outcome.UNTOUCHED) for h, r in left_out)]
    failures = [*tally.real_failures(), *problems]
    results, failures = _recorded(work, results, failures, tally)
    work.away |= tally.unreachable
    work.failed |= {r.host for r in results if r.outcome in (Outcome.FAILED, Outcome.UNTOUCHED)}
    work.failed |= {f.host for f in failures if f.host}
    result = StageResult(stage.name, tuple(results), tuple(failures), round(time.monotonic() - started, 1))
    work.journal.write("stage_ended", stage=stage.name, failed=fold(result.hosts(Outcome.FAILED, Outcome.UNTOUCHED)))
    work.listener.ended(result)
    return result


def _slice(work: Work, stage: Stage, asked: tuple[Pair, ...]) -> tuple[Pair, ...]:
    """All that Ansible will run: the roles asked of any host, on every host asked of anything, in the stage's order."""
    hosts, roles = {h for h, _ in asked}, {r for _, r in asked}
    return tuple((h, role) for role, members in stage.roles if role in roles for h in members if h in hosts)


def _marked(work: Work, stage: Stage, pairs: tuple[Pair, ...]) -> tuple[Pair, ...]:
    """Leave the mark of this run on each host first; those that are gone by now are left out."""
    hosts, roles = _hosts(pairs), _roles(pairs)
    work.journal.write("stage_begun", stage=stage.name, hosts=fold(hosts), roles=roles)
    work.listener.stage(stage.name, hosts, roles)
    answers = work.remote.ask(begin_requests(pairs, work.journal.run))
    work.away |= answers.unreachable
    return tuple(p for p in pairs if p[0] in answers.said)


def _acted(work: Work, stage: Stage, pairs: tuple[Pair, ...]) -> tuple[Tally, list[Failure]]:
    if not pairs:
        return Tally(stats={}), []
    job = Job(
        playbook=stage.playbook,
        tree=work.desired.tree,
        hosts=_hosts(pairs),
        roles=_roles(pairs),
        connection=work.connection,
        secrets=work.secret_arguments,
    )
    work.journal.write("ansible_begun", stage=stage.name, hosts=len(job.hosts))
    tally, ended = ansible.run(job, work.journal.folder, stage.name, work.ansible, work.listener, work.lock)
    work.cancelled |= ended.interrupted
    work.journal.write("ansible_ended", stage=stage.name, code=ended.code, whole=tally.stats is not None)
    return tally, [*incomplete(tally, ended), *_leaks(work, ended)]


def incomplete(tally: Tally, ended: Ended) -> list[Failure]:
    """A run that did not come to its end, whatever its exit code says, with the last words of its log."""
    if ended.interrupted:
        return [Failure("", "", "ansible-playbook", "stopped by Ctrl-C")]
    if tally.stats == {}:  # a single play without hosts is nothing unusual
        return [Failure("", "", "ansible-playbook", "it found none of the hosts that it was to act on")]
    if tally.stats is None:
        return [Failure("", "", "ansible-playbook", f"ended with {ended.code}: {_complaint(ended.log)}")]
    if tally.torn:
        return [Failure("", "", "ansible-playbook", "some of its events were lost (a full disk?): not believed")]
    return []


def _complaint(log: Path) -> str:
    """What Ansible said last that looks like an error."""
    text = log.read_text(errors="replace") if log.is_file() else ""
    errors = [line for line in text.splitlines() if line.startswith(("[ERROR]", "ERROR!", "fatal"))]
    return errors[-1] if errors else last_line(text)


def _leaks(work: Work, ended: Ended) -> list[Failure]:
    """A secret in what Ansible printed is taken out and told: the task lacks no_log."""
    found = guard.scrub([ended.log, work.journal.events], work.secrets)
    return [Failure("", "", "secrets", f"Ansible printed {leak}; it was taken out") for leak in found]


def _results(asked: tuple[Pair, ...], ran: tuple[Pair, ...], tally: Tally, work: Work) -> list[RoleResult]:
    """A result for everything asked, and for what else ran and came to its end."""
    wanted = [p for p in asked if p[0] not in work.failed]
    results = [_result(p, tally, work, asked=True) for p in wanted]
    beside = [_result(p, tally, work, asked=False) for p in ran if p not in set(wanted)]
    return [*results, *(r for r in beside if r.good or r.outcome is Outcome.FAILED)]


def _result(pair: Pair, tally: Tally, work: Work, *, asked: bool) -> RoleResult:
    host, role = pair
    outcome = Outcome.UNREACHABLE if host in work.away else tally.outcome(host, role)
    done = tally.roles.get(pair)
    return RoleResult(host, role, outcome, done.changed if done else 0, asked)


def _recorded(
    work: Work, results: list[RoleResult], failures: list[Failure], tally: Tally
) -> tuple[list[RoleResult], list[Failure]]:
    """Have the nodes remember each whole role; where that fails, the role did not succeed."""
    whole = [work.desired.by_place[r.host, r.role] for r in results if r.good]
    requests = record_requests(whole, tally, work.desired, work.journal.run)
    answers = work.remote.ask(requests)
    work.away |= answers.unreachable
    faults = {(host, role): said for host, a in answers.said.items() for role, said in a["faults"].items() if said}
    work.journal.write("recorded", hosts=fold(answers.said), faults=sorted(map(list, faults)))
    wrong = [Failure(h, role, "what the role left", "; ".join(said)) for (h, role), said in faults.items()]
    return [_held(r, faults.keys(), answers.unreachable.keys()) for r in results], [*failures, *wrong]


def _held(result: RoleResult, faults: Iterable[Pair], gone: Iterable[str]) -> RoleResult:
    if result.good and (result.host, result.role) in faults:
        return RoleResult(result.host, result.role, Outcome.FAILED, result.changed_tasks, result.asked)
    if result.good and result.host in gone:
        return RoleResult(result.host, result.role, Outcome.UNREACHABLE, result.changed_tasks, result.asked)
    return result


def _hosts(pairs: tuple[Pair, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(h for h, _ in pairs))


def _roles(pairs: tuple[Pair, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(r for _, r in pairs))
