"""dgxops: NVIDIA DGX SuperPODs from one file."""

__version__ = "0.1.0"
