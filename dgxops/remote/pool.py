"""The same question to many hosts at once: bounded workers, each with its own deadline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import Any, Protocol

from dgxops.remote.session import Endpoint, Login, Unreachable, ask, program

WORKERS = 32
DEADLINE_SECONDS = 60.0
Request = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answers:
    """What the hosts said, and why the others did not."""

    said: dict[str, dict[str, Any]]
    unreachable: dict[str, str] = field(default_factory=dict)


class Remote(Protocol):
    """Anything that can put requests of :mod:`dgxops.remote.node_program` to hosts."""

    def ask(self, requests: Mapping[str, Request]) -> Answers:
        """Put each host's own request to it; every host is in ``said`` or in ``unreachable``."""
        ...


@dataclass(frozen=True)
class SshPool:
    """Hosts over SSH. ``root`` prefixes every path on the node (empty but in tests)."""

    endpoints: Mapping[str, Endpoint]
    login: Login
    workers: int = WORKERS
    seconds: float = DEADLINE_SECONDS

    def ask(self, requests: Mapping[str, Request]) -> Answers:
        return gather(requests, self._one, self.workers)

    def _one(self, host: str, request: Request) -> dict[str, Any]:
        return ask(self.endpoints[host], self.login, program({"root": "", **request}), self.seconds)


def gather(
    requests: Mapping[str, Request], one: Callable[[str, Request], dict[str, Any]], workers: int = WORKERS
) -> Answers:
    """Call ``one`` for every host, at most ``workers`` at a time; Ctrl-C drops those not yet begun."""
    answers = Answers({}, {})
    executor = ThreadPoolExecutor(max_workers=max(1, min(workers, len(requests))), thread_name_prefix="ssh")
    try:
        waiting = {executor.submit(one, host, request): host for host, request in requests.items()}
        for done in as_completed(waiting):
            _keep(answers, waiting[done], done)
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
    return answers


def _keep(answers: Answers, host: str, done: Future[dict[str, Any]]) -> None:
    try:
        answers.said[host] = done.result()
    except Unreachable as error:
        answers.unreachable[host] = str(error)


def same_for(hosts: Iterable[str], request: Request) -> dict[str, Request]:
    """One request for many hosts."""
    return dict.fromkeys(hosts, request)
