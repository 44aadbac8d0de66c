"""What ansible-playbook says is heard whole or not believed, and it never goes on without anybody who listens."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import pytest

from dgxops.apply.ansible import Ended, _follow
from dgxops.apply.events import TORN, Event, Tail, Tally, tallied
from dgxops.apply.listener import Silent
from dgxops.apply.stage import incomplete
from dgxops.model.report import Outcome

OK: Event = {"event": "host", "host": "n1", "role": "job", "task": "t", "status": "ok", "check": False}
FAILED: Event = {**OK, "status": "failed"}


def stats(failures: int = 0) -> Event:
    return {"event": "stats", "hosts": {"n1": {"failures": failures}}}


def test_lines_are_handed_on_as_they_become_whole(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text(json.dumps(FAILED) + "\n")
    tail = Tail.at_end(path)
    first, second = json.dumps(OK), json.dumps(stats())
    with path.open("a") as file:
        for part, heard in ((first, []), ("\n" + second[:5], [OK]), (second[5:] + "\n", [stats()])):
            file.write(part)
            file.flush()
            assert list(tail.new()) == heard


@pytest.mark.parametrize("line", [b'{"event": "host", "st{"event": "task"}', b"\xff\xfe", b"17", b"{}", b""])
def test_a_torn_line_hides_no_other(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\n".join([json.dumps(OK).encode(), line, json.dumps(stats()).encode(), b""]))
    assert list(Tail(path).new()) == [OK, TORN, stats()]


def test_where_an_event_was_lost_no_role_is_called_whole() -> None:
    ended = Ended(0, Path("/nowhere"))
    assert tallied([OK, stats()]).outcome("n1", "job") is Outcome.OK
    assert incomplete(tallied([OK, stats()]), ended) == []
    assert tallied([OK, TORN, stats()]).outcome("n1", "job") is Outcome.UNTOUCHED
    assert tallied([FAILED, TORN, stats(1)]).outcome("n1", "job") is Outcome.FAILED
    assert "events were lost" in incomplete(tallied([OK, TORN, stats()]), ended)[0].message


class Listener(Silent):
    """Fails at one of its calls, in one way."""

    def __init__(self, tick: BaseException, note: BaseException | None) -> None:
        super().__init__()
        self._tick, self._note = tick, note

    def tick(self) -> None:
        raise self._tick

    def note(self, text: str) -> None:
        if self._note:
            raise self._note


FAULTS = [
    (BrokenPipeError(), None, BrokenPipeError),
    (SystemExit(1), None, SystemExit),  # what rich makes of a broken pipe
    (KeyError("host"), None, KeyError),
    (KeyboardInterrupt(), OSError(5, "the terminal is gone"), OSError),
    (KeyboardInterrupt(), None, None),
]


@pytest.mark.parametrize(("tick", "note", "raised"), FAULTS)
def test_ansible_never_goes_on_alone(
    tmp_path: Path, tick: BaseException, note: BaseException | None, raised: type[BaseException] | None
) -> None:
    begin = time.monotonic()
    process = subprocess.Popen(["sleep", "60"], start_new_session=True)
    try:
        if raised:
            with pytest.raises(raised):
                _follow(process, Tail(tmp_path / "none"), Tally(), Listener(tick, note))
        else:
            assert _follow(process, Tail(tmp_path / "none"), Tally(), Listener(tick, note))
        assert process.poll() is not None
    finally:
        process.kill()
        process.wait()
    assert time.monotonic() - begin < 30
