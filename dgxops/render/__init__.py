"""Cluster -> Artifacts: path (below rendered/) -> text or bytes. Pure; ``write`` alone touches the disk."""

from dgxops.render.tree import render

__all__ = ["render"]
