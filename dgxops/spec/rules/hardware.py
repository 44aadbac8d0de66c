"""Rules about what a site says of its hardware; ``facts.system`` is the catalogue's with that in place."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from dgxops import catalogue
from dgxops.expand.measured import CPU_NEEDS
from dgxops.model.system import PortRole
from dgxops.spec.messages import meant_or_known, shown
from dgxops.spec.rules.facts import Facts
from dgxops.spec.rules.fault import Fault, reads


@reads("platform", "hardware.real_memory_mb", "hardware.ram_gb")
def memory(facts: Facts) -> Iterator[Fault]:
    """Slurm is told of no more memory than the system has: nodes would be drained."""
    memory, fitted = facts.system.real_memory_mb, facts.system.ram_gb
    if memory is not None and fitted is not None and memory > fitted * 1024:
        key = "ram_gb" if facts.spec.hardware.real_memory_mb is None else "real_memory_mb"
        message = f"{memory} MiB are more than the {fitted * 1024} MiB of a {facts.system.name}"
        hint = "say real_memory_mb too, as slurmd -C shows it" if key == "ram_gb" else ""
        yield Fault(("hardware", key), message, hint)


@reads("platform", "hardware.real_memory_mb")
def memory_known(facts: Facts) -> Iterator[Fault]:
    """What nobody published the site measures: a memory that is guessed drains nodes or stays idle."""
    if facts.system.real_memory_mb is None and facts.spec.hardware.real_memory_mb is None:
        message = f"the memory of {_called(facts)} is not published"
        yield Fault(("hardware", "real_memory_mb"), message, "write what slurmd -C shows on one", cause=("platform",))


def _called(facts: Facts) -> str:
    return f"shape {facts.system.shape}" if facts.system.shape else f"a {facts.system.name}"


@reads("platform", "hardware.cpu")
def processors_known(facts: Facts) -> Iterator[Fault]:
    """Slurm is told how many sockets, cores and threads there are."""
    if facts.system.cpu is None:
        lacking = [key for key in CPU_NEEDS if getattr(facts.spec.hardware.cpu, key) is None]
        message = f"the processors of {_called(facts)} are not published, and Slurm must know them"
        hint = f"write {', '.join(lacking)}, as slurmd -C shows them on one"
        yield Fault(("hardware", "cpu"), message, hint, cause=("platform",))


@reads("platform", "hardware.gpu_cores", "hardware.cpu")
def cores(facts: Facts) -> Iterator[Fault]:
    """There is one range a GPU, of cores that exist."""
    ranges, system = facts.spec.hardware.gpu_cores, facts.system
    if ranges is None:
        yield from _cores_of_the_catalogue(facts)
        return
    if len(ranges) != system.gpu.count:
        message = f"{len(ranges)} ranges, but a {system.name} has {system.gpu.count} GPUs"
        yield Fault(("hardware", "gpu_cores"), message, "one range a GPU, in their order")
    if system.cpu is None:
        return
    last_core = system.cpu.cores - 1
    for number, text in enumerate(ranges):
        first, last = map(int, text.split("-"))
        if first > last or last > last_core:
            message = f"{text} is no range of cores 0-{last_core}"
            yield Fault(("hardware", "gpu_cores", number), message, "cores, not hardware threads")


def _cores_of_the_catalogue(facts: Facts) -> Iterator[Fault]:
    """Fewer cores than the catalogue has leave its ranges without theirs."""
    cpu, ranges = facts.system.cpu, facts.system.gpu.cores
    if cpu and ranges and (last := max(int(text.split("-")[1]) for text in ranges)) >= cpu.cores:
        message = f"leaves cores 0-{cpu.cores - 1}, and the catalogue has GPUs next to core {last}"
        yield Fault(("hardware", "cpu"), message, "say gpu_cores too, as nvidia-smi topo -m shows them")


@reads("platform")
def ports(facts: Facts) -> Iterator[Fault]:
    """What is said is said of ports and GPUs that the system has."""
    known = [port.name for port in facts.system.ports]
    for name, port in facts.spec.hardware.ports.items():
        if name not in known:
            message = f"a {facts.system.name} has no port {shown(name)}"
            yield Fault(("hardware", "ports", name), message, meant_or_known(name, known))
        elif port.gpu is not None and port.gpu >= facts.system.gpu.count:
            message = f"a {facts.system.name} has no GPU {port.gpu}"
            yield Fault(("hardware", "ports", name, "gpu"), message, f"its GPUs are 0 to {facts.system.gpu.count - 1}")


@reads("platform")
def ports_differ(facts: Facts) -> Iterator[Fault]:
    """No two ports have one interface, RDMA device or PCI address; told at what the site said."""
    said = facts.spec.hardware.ports
    for field in ("interface", "rdma", "pci"):
        owners: dict[str, str] = {}
        ordered = sorted(facts.system.ports, key=lambda p: p.name in said)  # the catalogue's first
        for port in ordered:
            value = getattr(port, field)
            if value is None or port.role is PortRole.OOB:
                continue
            if value in owners and port.name in said:
                yield Fault(("hardware", "ports", port.name, field), f"{value} is that of {owners[value]} already")
            owners.setdefault(value, port.name)


@reads("platform", "hardware.gpu")
def gpus(facts: Facts) -> Iterator[Fault]:
    """There is one RDMA device a GPU."""
    devices, count = facts.spec.hardware.gpu.nearest_rdma, facts.system.gpu.count
    if devices is not None and len(devices) != count:
        message = f"{len(devices)} devices, but a {facts.system.name} has {count} GPUs"
        yield Fault(("hardware", "gpu", "nearest_rdma"), message, "one device a GPU, in their order")


@reads("platform", "hardware.acceptance")
def floors(facts: Facts) -> Iterator[Fault]:
    """Floors are called what the catalogue calls them: nobody would look at another."""
    said = set(facts.spec.hardware.acceptance)
    known = [name for name, _ in catalogue.load().system(facts.system.id).acceptance]
    for name in sorted(said - set(known)):
        message = f"no acceptance test is called {shown(name)}"
        yield Fault(("hardware", "acceptance", name), message, meant_or_known(name, known))


@reads("platform", "scalable_units", "hardware.rack_units")
def height(facts: Facts) -> Iterator[Fault]:
    """Systems fit between the positions that the reference architecture gives them."""
    told = facts.spec.hardware.rack_units
    apart = min((b - a for a, b in pairwise(sorted(facts.architecture.racks.node_units))), default=None)
    if told is not None and apart is not None and told > apart and not facts.spec.plain:
        message = f"{told} units do not fit: systems stand {apart} units apart in a rack of {facts.architecture.name}"
        yield Fault(("hardware", "rack_units"), message)
