"""What a single value of the spec may look like: patterns, what each asks for in words, and the types made of them."""

from __future__ import annotations

import re
from datetime import date
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, WithJsonSchema
from pydantic_core import PydanticCustomError

from dgxops.model.release import SLURM_VERSION, VERSION


def as_written(value: object) -> object:
    """A number that stands where text is wanted is the text that was written: 2026.10 stays "2026.10"."""
    return getattr(value, "text", value)


def _address_text(value: object) -> object:
    """Pydantic would take true for 0.0.0.1 and a number for an address too."""
    value = as_written(value)
    if isinstance(value, str | IPv4Address):
        return value
    raise PydanticCustomError("ip_v4_address", "is not an address")


def _with_prefix(value: object) -> object:
    """An address alone is no subnet, though the standard library takes it for one of a single address."""
    value = as_written(value)
    if isinstance(value, str) and re.fullmatch(r"[0-9.]+", value):
        raise PydanticCustomError("no_prefix_length", "lacks its prefix length")
    if isinstance(value, str | IPv4Network):
        return value
    raise PydanticCustomError("ip_v4_network", "is not a subnet")


def _day(text: str) -> str:
    """A day of the calendar as YYYY-MM-DD; the standard library would take 20261120 and 2026-W47 too."""
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) and date.fromisoformat(text):
            return text
    except ValueError:
        pass
    raise PydanticCustomError("day", "is not a date")


def _pci(text: str) -> str:
    """One of the ways to write an address of PCI, that of lspci: in lower case, and without a domain that is 0000."""
    return text.lower().removeprefix("0000:")


def _list_or_text(value: object) -> str:
    return "list" if isinstance(value, list | tuple) else "text"


def _auto_or_address(value: object) -> str:
    return "auto" if isinstance(value, str) and not value[:1].isdigit() else "address"


def _none_or_count(value: object) -> str:
    return "text" if isinstance(value, str) and not value[:1].isdigit() else "count"


MAX_SCALABLE_UNITS = 1024  # what no site has; the switches of an architecture set the real limit

LABEL = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
CLUSTER = r"^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$"
GROUP = r"^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$"
DOMAIN = r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?$"
SERVER = r"^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$"
USER = r"^[a-z_][a-z0-9_-]{0,31}$"
WORD = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
FOLDER = r"^/[A-Za-z0-9._/-]*$"
MIRROR = r"^https?://[A-Za-z0-9.:_\[\]-]+(/[A-Za-z0-9._~/+-]*)?$"
MAX_TIME = r"^(UNLIMITED|INFINITE|[0-9]+(:[0-5]?[0-9]){0,2}|[0-9]+-[0-9]{1,2}(:[0-5]?[0-9]){0,2})$"
EMAIL = r"^[A-Za-z0-9._+-]{1,63}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?$"
CORES = r"^[0-9]{1,4}-[0-9]{1,4}$"
INTERFACE = r"^[A-Za-z][A-Za-z0-9._-]{0,14}$"
DEVICE = r"^[A-Za-z][A-Za-z0-9_-]{0,62}$"
PCI = r"^([0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[01][0-9a-fA-F]\.[0-7]$"
GPU_TYPE = r"^[a-z0-9]{1,32}$"
PACKAGE_VERSION = r"^[0-9][A-Za-z0-9.+~-]*$"
BRANCH = r"^[0-9]{3}$"
REASON = r'^[^"\\\x00-\x20\x7f-\x9f]([^"\\\x00-\x1f\x7f-\x9f]*[^"\\\x00-\x20\x7f-\x9f])?$'

UFM_PORT = r"^([a-z]+[0-9]+)?$"

FORMS = {
    LABEL: "lower-case letters, digits and hyphens, at most 63, no hyphen at either end",
    CLUSTER: "lower-case letters, digits and hyphens, at most 32, beginning with a letter and not ending with a hyphen",
    GROUP: "lower-case letters, digits and hyphens, at most 20, beginning with a letter and not ending with a hyphen",
    DOMAIN: "a DNS domain in lower case, such as pod1.example.com",
    SERVER: "a host name or an IPv4 address",
    USER: "a user name: lower-case letters, digits, '_' and '-', at most 32, not beginning with a digit or '-'",
    WORD: "letters, digits, '_' and '-', at most 64, beginning with a letter or digit",
    FOLDER: "an absolute path of letters, digits and . _ - /",
    MIRROR: "an http:// or https:// address without user, password or query",
    VERSION: "a version: numbers with dots between them, such as 580.126.20",
    PACKAGE_VERSION: "a version as its package has it, such as 4.34.1-12",
    SLURM_VERSION: "a release of Slurm: two digits, a dot and two digits, such as 25.05",
    BRANCH: "a branch of the driver: three digits, such as 580",
    REASON: "some words on one line, without double quotes and backslashes",
    INTERFACE: "the name of an interface: at most 15 letters, digits, '.', '_' and '-', a letter first",
    DEVICE: "the name of a device, such as mlx5_0",
    PCI: "a PCI address such as 18:00.0 or 0000:18:00.0",
    GPU_TYPE: "lower-case letters and digits, such as b300",
    EMAIL: "a mail address such as hostmaster@example.com",
    UFM_PORT: "the name of a port such as fnm1, or nothing",
    CORES: "a range of core numbers such as 0-55",
    MAX_TIME: "a Slurm time: minutes, hours:minutes:seconds, days-hours[:minutes[:seconds]] or UNLIMITED",
}
"""What each pattern asks for, in words: the message of a value that does not fit it."""

_WRITTEN = BeforeValidator(as_written)  # stands last, or the JSON Schema lacks the pattern

Text = Annotated[str, _WRITTEN]
Count = Annotated[int, Field(strict=True)]
Label = Annotated[str, Field(pattern=LABEL), _WRITTEN]
User = Annotated[str, Field(pattern=USER), _WRITTEN]
Folder = Annotated[str, Field(pattern=FOLDER), _WRITTEN]
Domain = Annotated[str, Field(pattern=DOMAIN, max_length=189), _WRITTEN]
Server = Annotated[str, Field(pattern=SERVER, max_length=253), _WRITTEN]
ClusterName = Annotated[str, Field(pattern=CLUSTER), _WRITTEN]
GroupName = Annotated[str, Field(pattern=GROUP), _WRITTEN]
Word = Annotated[str, Field(pattern=WORD), _WRITTEN]
MaxTime = Annotated[str, Field(pattern=MAX_TIME), _WRITTEN]
Mirror = Annotated[str, Field(pattern=MIRROR), _WRITTEN]
Email = Annotated[str, Field(pattern=EMAIL, max_length=253), _WRITTEN]
Serial = Annotated[Count, Field(ge=1, le=2**32 - 1)]
Uid = Annotated[Count, Field(ge=1000, le=2**31 - 1)]
Mtu = Annotated[Count, Field(ge=576, le=65520)]
Address = Annotated[IPv4Address, BeforeValidator(_address_text)]
Subnet = Annotated[IPv4Network, BeforeValidator(_with_prefix)]
Gateway = Annotated[
    Annotated[Literal["auto"], Tag("auto")] | Annotated[Address, Tag("address")],
    Discriminator(_auto_or_address),
]
Units = Annotated[
    Annotated[Literal["none"], Tag("text")] | Annotated[Count, Field(ge=1, le=MAX_SCALABLE_UNITS), Tag("count")],
    Discriminator(_none_or_count),
]
Reason = Annotated[str, Field(pattern=REASON, max_length=200), _WRITTEN]
Day = Annotated[str, AfterValidator(_day), _WRITTEN, WithJsonSchema({"type": "string", "format": "date"})]
Version = Annotated[str, Field(pattern=VERSION), _WRITTEN]
PackageVersion = Annotated[str, Field(pattern=PACKAGE_VERSION, max_length=60), _WRITTEN]
SlurmVersion = Annotated[str, Field(pattern=SLURM_VERSION), _WRITTEN]
Branch = Annotated[str, Field(pattern=BRANCH), _WRITTEN]
Names = tuple[Text, ...]
Interface = Annotated[str, Field(pattern=INTERFACE), _WRITTEN]
Device = Annotated[str, Field(pattern=DEVICE), _WRITTEN]
PciAddress = Annotated[str, Field(pattern=PCI), AfterValidator(_pci), _WRITTEN]
GpuType = Annotated[str, Field(pattern=GPU_TYPE), _WRITTEN]
Quantity = Annotated[float, Field(strict=True, gt=0, le=10**15)]
CoreRange = Annotated[Text, Field(pattern=CORES)]
Omit = Annotated[
    Annotated[Literal["auto", "none"], Tag("text")] | Annotated[Names, Tag("list")],
    Discriminator(_list_or_text),
]
NodeNames = Annotated[Annotated[Text, Tag("text")] | Annotated[Names, Tag("list")], Discriminator(_list_or_text)]
