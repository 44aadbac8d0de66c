"""The Slurm linter: what is known to stop a controller, found in the files before it reads them."""

from dgxops.check.slurm.lint import lint

__all__ = ["lint"]
