"""Which versions are installed: a release of the catalogue, and what a site says in place of single ones."""

from __future__ import annotations

from dgxops.spec.forms import Branch, PackageVersion, SlurmVersion, Text, Version
from dgxops.spec.names import Part


class Versions(Part):
    """Versions in place of the release's; null, the default of all, leaves the release's."""

    dgx_os: Version | None = None
    """Release of DGX OS, whose distribution the systems run, such as 7."""
    driver_branch: Branch | None = None
    """Branch of NVIDIA's driver, such as 580; alone it stands for the newest driver of it that the repository has."""
    driver: Version | None = None
    """Version of the driver, such as 580.126.20, with which fabric manager and IMEX go along."""
    fabric_manager: Version | None = None
    """Version of the fabric manager, which must be exactly the driver's."""
    imex: Version | None = None
    """Version of IMEX, which must be exactly the driver's."""
    nvlsm: PackageVersion | None = None
    """Version of the NVLink subnet manager, as its package has it."""
    cuda: Version | None = None
    """Version of CUDA."""
    doca: Version | None = None
    """Version of DOCA, from whose repository DOCA-OFED comes."""
    mft: PackageVersion | None = None
    """Version of the firmware tools, as their package has it."""
    dcgm: Version | None = None
    """Version of DCGM; its first number is part of the name of its package."""
    container_toolkit: PackageVersion | None = None
    """Version of the container toolkit, as its package has it."""
    slurm: SlurmVersion | None = None
    """Release of Slurm that the packages hold, such as 25.05; slurm.conf and the topology are written for it."""
    enroot: Version | None = None
    """Version of enroot."""
    pyxis: Version | None = None
    """Version of pyxis."""


class Software(Part):
    """Versions."""

    release: Text = "2026.10"
    """A tested set of versions in the catalogue."""
    versions: Versions = Versions()
    """Single versions in place of the release's; those that do not belong together are refused."""
