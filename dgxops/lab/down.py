"""Taking a lab away, however far ``up`` came: the host is left as the lab found it."""

from __future__ import annotations

from dgxops.lab import boot, cell, host, state
from dgxops.lab.image import Say
from dgxops.lab.lock import exclusive
from dgxops.lab.names import fold
from dgxops.lab.needs import require_root
from dgxops.lab.network import lower_network
from dgxops.lab.state import Lab
from dgxops.lab.supply import supply_cell


def down(lab: Lab, say: Say) -> None:
    """End a lab's machines and undo all that was made for it; with the last lab the host's settings are put back."""
    require_root()
    with exclusive():
        say(f"ending {fold(m.name for m in lab.machines)}")
        for machine in lab.machines:
            boot.kill(lab, machine)
        supply_cell(lab).kill()
        cell.remove_tree(lab.cluster)
        lower_network(lab)
        if all(other.cluster == lab.cluster for other in state.labs()):
            host.restore_settings()
        state.forget(lab)
