"""Offline proofs over a Cluster and what is rendered of it: what must hold before a cable is pulled."""

from dgxops.check.cluster import check

__all__ = ["check"]
