"""Racks and what stands in them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rack:
    """One rack; ``su`` counts from 1 and is 0 for racks of the whole cluster."""

    name: str
    su: int
    units: int
    kind: str  # compute, network, management
