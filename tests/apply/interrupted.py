"""Run an apply of the toy cluster in the folder that is named, for a test that sends it signals."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from dgxops.apply.engine import run_plan
from dgxops.apply.lock import locked
from tests.toy import HOSTS, FolderRemote, Toy


def main(folder: Path) -> int:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job is born deaf to it
    cluster = Toy(folder, FolderRemote({host: folder / "nodes" / host for host in HOSTS}))
    work = cluster.work()
    with locked(folder / "state" / "lock", work.journal.run) as held:
        work.lock = held.descriptor
        report = run_plan(work, cluster.plan())
    return int(report.exit)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
