"""A provider's file -> the machines that are rented, or every fault in it with its place."""

from __future__ import annotations

from dgxops.spec.provider.file import Expected, machines_in

__all__ = ["Expected", "machines_in"]
