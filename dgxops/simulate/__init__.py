"""A fabric of the model under the real OpenSM, in a simulator, held against its own design.

ibsim (https://github.com/linux-rdma/ibsim) plays the switches and adapters, OpenSM brings them up and routes them,
ibnetdiscover and dump_fts read back what is cabled and what was routed.
"""

from dgxops.simulate.report import Finding, FindingKind, SimulationReport, Step
from dgxops.simulate.simulation import simulate

__all__ = ["Finding", "FindingKind", "SimulationReport", "Step", "simulate"]
