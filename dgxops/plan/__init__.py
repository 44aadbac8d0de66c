"""Rendered tree x what the nodes last got -> Plan: data only."""

from dgxops.plan.desired import Desired, read_desired
from dgxops.plan.make import make_plan

__all__ = ["Desired", "make_plan", "read_desired"]
