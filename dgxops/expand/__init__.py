"""ClusterSpec x catalogue -> Cluster: pure, deterministic, no clock, no randomness."""

from dgxops.expand.cluster import expand

__all__ = ["expand"]
