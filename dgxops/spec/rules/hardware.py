"""Rules about what a site says of its hardware."""

from __future__ import annotations

from collections.abc import Iterator

from dgxops.spec.rules.facts import Facts
from dgxops.spec.rules.fault import Fault, reads


@reads("platform", "hardware.real_memory_mb")
def memory(facts: Facts) -> Iterator[Fault]:
    """Slurm is told of no more memory than the system has: nodes would be drained."""
    told, there = facts.spec.hardware.real_memory_mb, facts.system.ram_gb * 1024
    if told is not None and told > there:
        yield Fault(
            ("hardware", "real_memory_mb"), f"{told} MiB are more than the {there} MiB of a {facts.system.name}"
        )


@reads("platform", "hardware.gpu_cores")
def cores(facts: Facts) -> Iterator[Fault]:
    """There is one range a GPU, of cores that exist."""
    ranges, system = facts.spec.hardware.gpu_cores, facts.system
    if ranges is None:
        return
    if len(ranges) != system.gpu.count:
        message = f"{len(ranges)} ranges, but a {system.name} has {system.gpu.count} GPUs"
        yield Fault(("hardware", "gpu_cores"), message, "one range a GPU, in their order")
    last_core = system.cpu.sockets * system.cpu.cores_per_socket - 1
    for number, text in enumerate(ranges):
        first, last = map(int, text.split("-"))
        if first > last or last > last_core:
            message = f"{text} is no range of cores 0-{last_core}"
            yield Fault(("hardware", "gpu_cores", number), message, "cores, not hardware threads")
