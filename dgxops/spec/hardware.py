"""What a site knows of its systems: values in place of those that the catalogue read elsewhere, inferred or lacks.

Every key is one of a field of the catalogue, and null, the default of all, leaves the catalogue's value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StrictBool

from dgxops.spec.forms import (
    Branch,
    CoreRange,
    Count,
    Device,
    GpuType,
    Interface,
    PciAddress,
    Quantity,
    Text,
    Version,
)
from dgxops.spec.names import Part

Some = Annotated[Count, Field(ge=1, le=1_000_000)]
Texts = Annotated[tuple[Text, ...], Field(min_length=1)]


class PortSays(Part):
    """What a site knows of one network port."""

    interface: Interface | None = None
    """Name that the host gives it, as `ip -brief link` prints it."""
    rdma: Device | None = None
    """RDMA device, as `rdma link` prints it, such as mlx5_0."""
    pci: PciAddress | None = None
    """PCI address, such as "18:00.0", which is also "0000:18:00.0"."""
    rate_gbps: Some | None = None
    """Rate in Gb/s."""
    gpu: Annotated[Count, Field(ge=0)] | None = None
    """Index of the GPU next to it, as `nvidia-smi topo -m` shows it."""


class CpuSays(Part):
    """The processors, as `slurmd -C` and `lscpu` show them."""

    model: Text | None = None
    """Model, for people."""
    sockets: Some | None = None
    """Sockets."""
    cores_per_socket: Some | None = None
    """Cores of a socket."""
    threads_per_core: Some | None = None
    """Hardware threads of a core."""
    numa_nodes: Some | None = None
    """NUMA nodes of the processors, without those of GPU memory."""


class GpuSays(Part):
    """The GPUs, as `nvidia-smi -q` shows them."""

    slurm_type: GpuType | None = None
    """Type in Slurm's GRES, such as b300."""
    memory_gb: Some | None = None
    """Memory of a GPU in GB, where it was sold in several sizes."""
    memory_visible_mib: Some | None = None
    """Memory of a GPU as nvidia-smi shows it, in MiB."""
    smi_name: Text | None = None
    """Product name as nvidia-smi shows it."""
    tdp_w: Some | None = None
    """Power limit of a GPU in W."""
    nearest_rdma: Annotated[tuple[Device, ...], Field(min_length=1)] | None = None
    """RDMA device next to each GPU, in the GPUs' order."""


class NvlinkSays(Part):
    """NVLink between the GPUs."""

    links_per_gpu: Some | None = None
    """Links of a GPU, as `nvidia-smi nvlink -s` counts them."""
    per_gpu_gbs: Some | None = None
    """GB/s of all links of a GPU."""
    switches: Annotated[Count, Field(ge=0)] | None = None
    """Switch chips of the NVLink domain."""


class NeedsSays(Part):
    """What must run beside the driver."""

    fabric_manager: StrictBool | None = None
    """NVIDIA's fabric manager."""
    nvlsm: StrictBool | None = None
    """The NVLink subnet manager."""
    imex: StrictBool | None = None
    """The IMEX service."""
    kernel_module: Literal["open", "open-recommended", "either", "proprietary"] | None = None
    """Kind of the driver's kernel module."""
    driver_least: Version | None = None
    """Oldest driver that knows the GPUs: a version, or a branch such as 580."""
    driver_last: Branch | None = None
    """Last branch of the driver that knows the GPUs."""


class DrivesSays(Part):
    """Drives; RAID levels are numbers."""

    os: Text | None = None
    """Drives of the system."""
    os_raid: Annotated[Count, Field(ge=0)] | None = None
    """RAID level of the system's drives."""
    data: Text | None = None
    """Drives for data."""
    data_raid: Annotated[Count, Field(ge=0)] | None = None
    """RAID level of the data drives."""
    count: Some | None = None
    """NVMe and SATA drives in all."""


class BmcSays(Part):
    """How the BMC is spoken to."""

    redfish: StrictBool | None = None
    """Redfish."""
    ipmi: StrictBool | None = None
    """IPMI over the network."""


class KernelSays(Part):
    """Kernel settings."""

    parameters: Texts | None = None
    """Kernel command line, whole."""
    blacklist: Texts | None = None
    """Modules that are not loaded, all of them."""


class Hardware(Part):
    """What a site knows of its systems, in place of what the catalogue inferred, read elsewhere or does not know."""

    real_memory_mb: Annotated[Count, Field(ge=1024)] | None = None
    """Memory of a DGX system that Slurm may hand out, in MiB (slurmd -C shows it); null: the catalogue's value."""
    gpu_cores: tuple[CoreRange, ...] | None = None
    """Slurm cores next to each GPU, in the GPUs' order, such as 0-55; null: the catalogue's value."""
    ports: Mapping[str, PortSays] = Field(default_factory=dict)
    """Network ports, by the names that `dgxops show system` prints."""
    cpu: CpuSays = CpuSays()
    """Processors; where the catalogue has none: sockets, cores_per_socket and threads_per_core together."""
    gpu: GpuSays = GpuSays()
    """GPUs."""
    nvlink: NvlinkSays = NvlinkSays()
    """NVLink."""
    needs: NeedsSays = NeedsSays()
    """What must run on a system beside the driver."""
    drives: DrivesSays = DrivesSays()
    """Drives."""
    bmc: BmcSays = BmcSays()
    """The BMC."""
    kernel: KernelSays = KernelSays()
    """Kernel command line and modules."""
    acceptance: Mapping[str, Quantity] = Field(default_factory=dict)
    """Floors of the acceptance tests, by the catalogue's names, such as hpl_gflops_min."""
    dmi_patterns: Texts | None = None
    """Product names in DMI by which a system is known (regular expressions)."""
    ram_gb: Some | None = None
    """Memory that is fitted, in GB."""
    power_kw: Quantity | None = None
    """Most that a system draws, in kW."""
    psu: Text | None = None
    """Power supplies, for people."""
    rack_units: Annotated[Count, Field(ge=1, le=40)] | None = None
    """Height in rack units."""
