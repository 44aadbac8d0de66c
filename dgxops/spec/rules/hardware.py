"""Rules about what a site says of its hardware."""

from __future__ import annotations

from collections.abc import Iterator

from dgxops.spec.rules.facts import Facts
from dgxops.spec.rules.fault import Fault, reads


@reads("platform", "hardware.real_memory_mb")
def memory(facts: Facts) -> Iterator[Fault]:
    """Slurm is told of no more memory than the system has: nodes would be drained."""
    told, fitted = facts.spec.hardware.real_memory_mb, facts.system.ram_gb
    if told is not None and fitted is not None and told > fitted * 1024:
        message = f"{told} MiB are more than the {fitted * 1024} MiB of a {facts.system.name}"
        yield Fault(("hardware", "real_memory_mb"), message)


@reads("platform", "hardware.real_memory_mb")
def memory_known(facts: Facts) -> Iterator[Fault]:
    """What nobody published the site measures: a memory that is guessed drains nodes or stays idle."""
    if facts.system.real_memory_mb is None and facts.spec.hardware.real_memory_mb is None:
        message = f"the memory of {_called(facts)} is not published"
        yield Fault(("hardware", "real_memory_mb"), message, "write what slurmd -C shows on one", cause=("platform",))


def _called(facts: Facts) -> str:
    return f"shape {facts.system.shape}" if facts.system.shape else f"a {facts.system.name}"


@reads("platform", "hardware.processors")
def processors_known(facts: Facts) -> Iterator[Fault]:
    """Slurm is told how many sockets, cores and threads there are."""
    if facts.system.cpu is None and facts.spec.hardware.processors is None:
        message = f"those of {_called(facts)} are not published, and Slurm must know them"
        hint = "{sockets: ..., cores_per_socket: ..., threads_per_core: ...} as slurmd -C shows on one"
        yield Fault(("hardware", "processors"), message, hint, cause=("platform",))


@reads("platform", "hardware.gpu_cores", "hardware.processors")
def cores(facts: Facts) -> Iterator[Fault]:
    """There is one range a GPU, of cores that exist."""
    ranges, system = facts.spec.hardware.gpu_cores, facts.system
    if ranges is None:
        return
    if len(ranges) != system.gpu.count:
        message = f"{len(ranges)} ranges, but a {system.name} has {system.gpu.count} GPUs"
        yield Fault(("hardware", "gpu_cores"), message, "one range a GPU, in their order")
    told = facts.spec.hardware.processors
    if told is None and system.cpu is None:
        return
    last_core = (told.sockets * told.cores_per_socket if told else system.cpu.cores if system.cpu else 0) - 1
    for number, text in enumerate(ranges):
        first, last = map(int, text.split("-"))
        if first > last or last > last_core:
            message = f"{text} is no range of cores 0-{last_core}"
            yield Fault(("hardware", "gpu_cores", number), message, "cores, not hardware threads")
