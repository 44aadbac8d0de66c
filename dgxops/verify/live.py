"""Verify over SSH: one machine of the cluster speaks for all of Slurm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dgxops.errors import Exit, RunFailed
from dgxops.model.cluster import Cluster
from dgxops.model.finding import Finding
from dgxops.nodeset import fold
from dgxops.remote.command import Output, first_answering, run
from dgxops.remote.session import Endpoint, Login, Unreachable
from dgxops.verify.slurm import JOB_MINUTES, verify_slurm


class NobodyAnswers(RunFailed):
    """No machine that could speak for Slurm was reached."""

    exit = Exit.UNREACHABLE


COMMAND_SECONDS = JOB_MINUTES * 60 + 60.0


def verify(cluster: Cluster, speakers: Sequence[Endpoint], login: Login) -> Iterator[Finding]:
    """Findings as they are made, from the first of ``speakers`` (login nodes, then heads) that answers.

    Raises:
        NobodyAnswers: none of them answers, or the one that did went away.
    """
    try:
        speaker = first_answering(speakers, login)

        def on_speaker(command: str) -> Output:
            return run(speaker, login, command, COMMAND_SECONDS)

        yield from verify_slurm(cluster, on_speaker)
    except Unreachable as error:
        names = fold([s.name for s in speakers])
        raise NobodyAnswers(f"Slurm cannot be asked, as none of {names} answers: {error}") from error
