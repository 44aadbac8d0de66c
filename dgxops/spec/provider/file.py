"""Reading the provider's file."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from dgxops.errors import Problem
from dgxops.model.rented import RentedMachine
from dgxops.spec.provider.listings import read_listing
from dgxops.spec.provider.machines import machines_of
from dgxops.spec.provider.rows import Listing
from dgxops.spec.provider.table import read_table

MAX_BYTES = 64 << 20  # a thousand instances in gcloud's words are some 10 MB


@dataclass(frozen=True, slots=True)
class Expected:
    """What cluster.yml says that the file must agree with; None where it is not known.

    ``ports`` is how many addresses a node may have on the compute fabric, None for any number.
    """

    platform: str
    shape: str
    management: IPv4Network | None
    gateway: IPv4Address | None
    compute: IPv4Network | None
    ports: int | None


def machines_in(file: Path, expected: Expected) -> tuple[tuple[RentedMachine, ...], list[Problem]]:
    """The machines in ``file``, by role and name whatever their order in it, and every fault.

    The machines are incomplete when there are faults.
    """
    listing = _listing(file, expected)
    if not listing.rows:
        return (), list(listing.problems)
    machines, problems = machines_of(str(file), listing.rows, expected)
    return machines, [*listing.problems, *problems]


def _listing(file: Path, expected: Expected) -> Listing:
    name = str(file)
    try:
        data = _bytes(file)
    except OSError as error:
        said = (error.strerror or str(error)).lower()
        return Listing((), (Problem(name, 0, 0, "", said, "provider: names a file beside cluster.yml"),))
    if len(data) > MAX_BYTES:
        return Listing((), (Problem(name, 0, 0, "", f"is larger than {MAX_BYTES >> 20} MiB, so it is no such file"),))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
        said = f"byte 0x{data[error.start]:02X} is not UTF-8 text"
        return Listing((), (Problem(name, line, column, "", said, "save the file as UTF-8"),))
    if file.suffix.lower() == ".json":
        return read_listing(name, text, expected.platform, expected.shape)
    return read_table(name, text)


def _bytes(file: Path) -> bytes:
    """Never waits for a pipe.

    Raises:
        OSError: it is no ordinary file, or cannot be read.
    """
    if file.exists() and not file.is_file():
        raise OSError(0, "is not an ordinary file")
    with file.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)
