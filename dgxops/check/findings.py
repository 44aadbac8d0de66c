"""How proofs state what breaks them."""

from __future__ import annotations

from dgxops.model.finding import Finding, Severity


def wrong(check: str, message: str, *hosts: str, evidence: str = "", repair: str = "") -> Finding:
    """An error; findings that share check, message and repair are shown as one, so names belong in the evidence."""
    return Finding(check, Severity.ERROR, message, hosts, evidence, repair)


def doubtful(check: str, message: str, *hosts: str, evidence: str = "", repair: str = "") -> Finding:
    """A warning, to be shown like :func:`wrong`."""
    return Finding(check, Severity.WARNING, message, hosts, evidence, repair)


def many(count: int, noun: str, plural: str = "") -> str:
    """``1 switch``, ``1,024 switches``."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"
