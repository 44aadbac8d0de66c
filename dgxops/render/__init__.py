"""Cluster -> Artifacts: a mapping from path (below rendered/) to text. Pure; ``write`` alone touches the disk."""

from dgxops.render.tree import render

__all__ = ["render"]
