"""One SSH session: who is let in, who is believed, and that no host holds us longer than its deadline."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import paramiko
import pytest

from dgxops.remote.pool import Answers, SshPool, gather, same_for
from dgxops.remote.session import Endpoint, Unreachable, ask, cause, program

from .fake_sshd import known, sshd


def look(root: Path) -> bytes:
    return program({"action": "look", "root": str(root)})


def test_a_host_answers(tmp_path: Path) -> None:
    with sshd() as server:
        assert ask(server.where, server.login(), look(tmp_path), 20)["roles"] == {}


def test_noise_before_the_answer_is_not_the_answer(tmp_path: Path) -> None:
    with sshd() as server:
        noisy = server.login("echo 'Welcome! dgxops-answer {\"roles\": 1}'; python3 -; echo bye")
        assert ask(server.where, noisy, look(tmp_path), 20)["roles"] == {}


def test_a_host_whose_key_is_not_known_gets_nothing(tmp_path: Path) -> None:
    with sshd() as server:
        login = replace(server.login(), known=())
        with pytest.raises(Unreachable, match="its host key is not in known_hosts beside the spec"):
            ask(server.where, login, look(tmp_path), 20)


def test_a_host_with_another_key_gets_nothing(tmp_path: Path) -> None:
    with sshd() as server, pytest.raises(Unreachable, match="host key is not the one we know"):
        ask(server.where, server.login(host=paramiko.ECDSAKey.generate()), look(tmp_path), 20)


def test_a_key_that_is_not_let_in(tmp_path: Path) -> None:
    with sshd() as server, pytest.raises(Unreachable, match="no key lets us in as ansible"):
        ask(server.where, server.login(key=paramiko.ECDSAKey.generate()), look(tmp_path), 20)


def test_sudo_that_refuses_is_told(tmp_path: Path) -> None:
    with sshd() as server, pytest.raises(Unreachable, match=r"exit 1.*a password is required"):
        ask(server.where, server.login("echo sudo: a password is required >&2; false"), look(tmp_path), 20)


def test_nobody_listens(tmp_path: Path) -> None:
    with sshd() as server:
        login, where = server.login(), server.where
    with pytest.raises(Unreachable, match="nothing listens on port"):
        ask(where, login, look(tmp_path), 20)


@pytest.mark.parametrize(("answers", "command"), [(False, "python3 -"), (True, "sleep 30")])
def test_a_host_that_hangs_ends_with_its_deadline(tmp_path: Path, answers: bool, command: str) -> None:
    started = time.monotonic()
    with sshd(answers=answers) as server, pytest.raises(Unreachable, match="no answer in time"):
        ask(server.where, server.login(command), look(tmp_path), 2)
    assert time.monotonic() - started < 10


def test_a_silence_that_paramiko_wraps_is_told_as_silence() -> None:
    where = Endpoint("n1", "127.0.0.1", 22)
    wrapped = paramiko.SSHException("Error reading SSH protocol banner")
    wrapped.__context__ = TimeoutError()  # as paramiko raises it
    assert cause(wrapped, where) == "no answer in time"
    assert cause(paramiko.SSHException("Negotiation failed."), where) == "Negotiation failed."


def test_a_host_that_hangs_while_it_is_asked_for_a_key_did_not_turn_us_away(tmp_path: Path) -> None:
    with sshd(lets_in=30) as server, pytest.raises(Unreachable, match="no answer in time"):
        ask(server.where, server.login(), look(tmp_path), 3)


def test_one_dead_host_never_stops_the_others(tmp_path: Path) -> None:
    with sshd() as good, sshd(answers=False) as bad:
        login = replace(good.login(), known=(known(good.where.port), known(bad.where.port)))
        where = {"n1": good.where, "n2": Endpoint("n2", "127.0.0.1", bad.where.port)}
        seconds = {"n1": 60.0, "n2": 1.0}  # the good one may be slow on a busy machine

        def one(host: str, request: dict[str, object]) -> dict[str, object]:
            return ask(where[host], login, program(request), seconds[host])

        answers = gather(same_for(where, {"action": "look", "root": str(tmp_path)}), one)
    assert set(answers.said) == {"n1"}
    assert set(answers.unreachable) == {"n2"}


def test_a_pool_asks_each_host_at_its_place(tmp_path: Path) -> None:
    with sshd() as server:
        pool = SshPool({"n1": server.where}, server.login())
        assert set(pool.ask(same_for(["n1"], {"action": "look", "root": str(tmp_path)})).said) == {"n1"}


def test_workers_are_bounded() -> None:
    running: list[int] = []
    most = 0

    def one(host: str, request: dict[str, object]) -> dict[str, object]:
        nonlocal most
        running.append(1)
        most = max(most, len(running))
        time.sleep(0.02)
        running.pop()
        return {"host": host}

    hosts = [f"n{i}" for i in range(40)]
    answers = gather(same_for(hosts, {}), one, workers=4)
    assert most <= 4
    assert set(answers.said) == set(hosts)


def test_no_hosts_are_no_answers() -> None:
    assert gather({}, lambda host, request: {}) == Answers({}, {})
