"""Who controls the cluster, and the plugins that it loads."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from dgxops.check.slurm import keys, plugins
from dgxops.check.slurm.case import Case, error, warning, words
from dgxops.check.slurm.config import SLURM
from dgxops.model.finding import Finding

GROUP = "slurm control"
BLOCK_SINCE: keys.Version = (23, 11)
# Folders that are on a machine's own disk by custom; the last is Slurm's own default
_OWN_DISK = ("/var/spool", "/var/lib", "/var/tmp", "/tmp", "/run")  # noqa: S108 - named to be refused
_CANNOT_LOAD = "slurmctld: fatal: cannot create the plugin's context"


def has_a_name(case: Case) -> Iterator[Finding]:
    if not case.config.setting("ClusterName")[0]:
        yield error(GROUP, SLURM, "ClusterName is missing", seen="slurmctld: fatal: ClusterName needs to be specified",
                    mend="name the cluster")  # fmt: skip


def has_a_controller(case: Case) -> Iterator[Finding]:
    if not _controllers(case):
        yield error(GROUP, SLURM, "SlurmctldHost is missing", seen="slurmctld: fatal: no controller is named",
                    mend="name the machine that runs slurmctld")  # fmt: skip


def _controllers(case: Case) -> int:
    return sum(len(case.config.settings.get(k, ())) for k in ("slurmctldhost", "controlmachine", "backupcontroller"))


def state_is_shared(case: Case) -> Iterator[Finding]:
    """Two controllers that keep their state apart lose all jobs at a take-over."""
    value, place = case.config.setting("StateSaveLocation")
    folder = value or "/var/spool"
    if _controllers(case) > 1 and any(folder == d or folder.startswith(f"{d}/") for d in _OWN_DISK):
        yield warning(GROUP, place or SLURM, f"{folder} is on each controller's own disk by custom, and there are two",
                      seen="the second controller takes over without the jobs",
                      mend="put StateSaveLocation on a file system that both mount")  # fmt: skip


def plugins_are_known(case: Case) -> Iterator[Finding]:
    if case.version not in keys.VERSIONS:
        return
    for key in plugins.KEYS:
        value, place = case.config.setting(key)
        for name in filter(None, value.split(",")):
            if _is_loaded(key, name) and name not in plugins.known(key, case.version):
                yield _unknown_plugin(case, key, name, place)


def _is_loaded(key: str, name: str) -> bool:
    return not (key in plugins.NONE_IS_FINE and "none" in name.lower())


def _unknown_plugin(case: Case, key: str, name: str, place: str) -> Finding:
    known = sorted(plugins.known(key, case.version))
    near = get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(known)}"
    return error(GROUP, place, f"Slurm {words(case.version)} has no plugin {name}", seen=_CANNOT_LOAD, mend=hint)


def block_has_its_version(case: Case) -> Iterator[Finding]:
    value, place = case.config.setting("TopologyPlugin")
    if value == "topology/block" and case.version < BLOCK_SINCE:
        yield error(GROUP, place, f"topology/block needs Slurm 23.11, this is {words(case.version)}",
                    seen=_CANNOT_LOAD, mend="use topology/tree, or a later Slurm")  # fmt: skip


def tree_selects_tres(case: Case) -> Iterator[Finding]:
    select, place = case.config.setting("SelectType")
    if select.lower() == "select/linear" and case.config.setting("TopologyPlugin")[0].lower() == "topology/tree":
        yield error(GROUP, place, "select/linear does not go with topology/tree",
                    seen="slurmctld: fatal: select/linear with topology/tree is not supported",
                    mend="use select/cons_tres")  # fmt: skip


def health_is_looked_at(case: Case) -> Iterator[Finding]:
    """src/slurmd/slurmd/slurmd.c, run_script_health_check: the program and an interval, or nothing."""
    program, place = case.config.setting("HealthCheckProgram")
    if program and case.config.setting("HealthCheckInterval")[0] in ("", "0"):
        yield warning(GROUP, place, f"{program} is never run: HealthCheckInterval is 0, the default",
                      seen="slurmd runs no health check, not even when it starts",
                      mend="say every how many seconds, such as HealthCheckInterval=300")  # fmt: skip


def channels_are_made(case: Case) -> Iterator[Finding]:
    """src/plugins/switch/nvidia_imex/switch_nvidia_imex.c, switch_p_job_init: the one plugin leaves it to the other."""
    switch, place = case.config.setting("SwitchType")
    private = (case.config.setting("JobContainerType")[0] + case.config.setting("NamespaceType")[0]).lower()
    if switch.lower() == "switch/nvidia_imex" and "tmpfs" in private:
        yield warning(GROUP, place, f"switch/nvidia_imex does not go with {private}",
                      seen="slurmstepd: error: skipping due to an incompatibility; jobs have no IMEX channel",
                      mend="leave one of the two out")  # fmt: skip


RULES = (
    has_a_name,
    has_a_controller,
    state_is_shared,
    plugins_are_known,
    block_has_its_version,
    tree_selects_tres,
    health_is_looked_at,
    channels_are_made,
)
