"""What the catalogue does not know, or cluster.yml leaves open, and files want: a site must say it."""

from __future__ import annotations

from dgxops.check.findings import doubtful, many
from dgxops.model.cluster import Cluster
from dgxops.model.proof import Proof
from dgxops.render.unsaid import unsaid

NAME = "site must say"


def site_must_say(cluster: Cluster) -> tuple[Proof, ...]:
    """A warning a value that files lack; they stand without it: by the printed name, a layout of dgxops, or a gap.

    No proof at all where nothing is left to say.
    """
    found = unsaid(cluster)
    findings = tuple(
        doubtful(NAME, f"{u.whose} of {u.system}: {u.what}", evidence=f"wanted by {u.wanted_by}",
                 repair=f"{u.key} in cluster.yml, from {u.look}")
        for u in found
    )  # fmt: skip
    statement = f"{many(len(found), 'value')} that files want {'is' if len(found) == 1 else 'are'} not known"
    return (Proof(NAME, statement, {"unsaid": len(found)}, findings),) if found else ()
