"""Verify over SSH: one machine of the cluster speaks for all of Slurm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dgxops.errors import RunFailed
from dgxops.model.cluster import Cluster
from dgxops.model.finding import Finding
from dgxops.remote.command import Output, first_answering, run
from dgxops.remote.session import Endpoint, Login, Unreachable
from dgxops.verify.slurm import JOB_MINUTES, verify_slurm

COMMAND_SECONDS = JOB_MINUTES * 60 + 60.0


def verify(cluster: Cluster, speakers: Sequence[Endpoint], login: Login) -> Iterator[Finding]:
    """Findings as they are made, from the first of ``speakers`` (login nodes, then heads) that answers.

    Raises:
        RunFailed: none of them answers, or the one that did went away.
    """
    try:
        speaker = first_answering(speakers, login)

        def on_speaker(command: str) -> Output:
            return run(speaker, login, command, COMMAND_SECONDS)

        yield from verify_slurm(cluster, on_speaker)
    except Unreachable as error:
        raise RunFailed(f"nobody can speak for Slurm: {error}") from error
