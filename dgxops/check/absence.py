"""Who is away before the day that is written: a plan that acts too early, or a date that is mistyped."""

from __future__ import annotations

from dgxops.check.findings import doubtful, many
from dgxops.model.cluster import Cluster
from dgxops.model.proof import Proof

NAME = "absent"


def absent_by(cluster: Cluster, come: str) -> tuple[Proof, ...]:
    """A warning an absence whose ``since`` lies behind ``come``, the last day that has come (YYYY-MM-DD).

    No proof where nobody is away. A warning and no refusal: a planned repair is written and reviewed before its day,
    and whether a spec is valid must not depend on the clock of who reads it. But nothing waits for the day: a render
    from now on has the system down in Slurm and out of every play. So whoever plans merges it on the day, and keeps
    jobs away with a reservation till then.
    """
    if not cluster.absent:
        return ()
    findings = tuple(
        doubtful(
            NAME,
            "a system is absent before its day: `since` is in the future, and absence holds from the next render on",
            *names,
            evidence=f"since {absence.since}",
            repair="mend the date, or merge it on that day; a reservation in Slurm keeps jobs away till then",
        )
        for absence, names in cluster.absent
        if absence.since > come  # both YYYY-MM-DD
    )
    away = sum(len(names) for _, names in cluster.absent)
    early = sum(len(f.hosts) for f in findings)
    statement = f"{many(away, 'system')} away, " + (f"{early:,} before the day" if early else "none before the day")
    return (Proof(NAME, statement, {"away": away, "early": early}, findings),)
