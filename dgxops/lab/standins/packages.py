"""Which stand-ins there are: names and dependencies as on a site, versions of a release and of made-up drivers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILES = Path(__file__).with_name("files")
REVISION = "0standin1"
DRIVERS = ("580.126.20", "580.999.0", "595.0.0")
"""The release's, and two that do not exist: a newer one of its branch, which a lock holds off, and another branch."""
DCGM = "4.0.0"
_FIELDS = "DCGM_FI_DEV_GPU_TEMP, gauge, GPU temperature (in C)."
_SHARE = "usr/share/nvidia-stand-in"


MODULE = "nvidia-stand-in-module.service"
_MODULE_UNIT = (
    "[Unit]\nDescription=Stand-in of the NVIDIA kernel module\n\n[Service]\nType=oneshot\nRemainAfterExit=yes\n"
    "ExecStart=/usr/bin/nvidia-modprobe\n\n[Install]\nWantedBy=multi-user.target\n"
)


@dataclass(frozen=True, slots=True)
class StandIn:
    """One package: ``files`` are path, text and mode; a ``unit`` is enabled for the next boot, and never started.

    ``instead`` is what it takes the place of, whatever the version: two of those cannot be installed together.
    """

    name: str
    version: str
    depends: str = ""
    files: tuple[tuple[str, str, int], ...] = ()
    unit: str = ""
    instead: str = ""

    @property
    def full(self) -> str:
        return f"{self.version}-{REVISION}"

    @property
    def control(self) -> str:
        depends = f"Depends: {self.depends}\n" if self.depends else ""
        if self.instead:
            depends += "".join(f"{field}: {self.instead}\n" for field in ("Provides", "Conflicts", "Replaces"))
        return (
            f"Package: {self.name}\nVersion: {self.full}\nArchitecture: all\nMaintainer: dgxops lab <lab@localhost>\n"
            f"{depends}Section: misc\nPriority: optional\n"
            f"Description: stand-in of {self.name} for the lab\n Nothing of NVIDIA's, and no hardware behind it.\n"
        )

    @property
    def postinst(self) -> str:
        enable = f"systemctl enable {self.unit}\n" if self.unit else ""
        return (
            f"#!/bin/sh\nset -e\necho '{self.name} {self.full} is a stand-in of the dgxops lab'\n{enable}"
            "systemctl daemon-reload\n"
        )


def every() -> Iterator[StandIn]:
    """All packages of the repository."""
    for driver in DRIVERS:
        yield from _of_driver(driver)
    yield StandIn("nvidia-modprobe", DRIVERS[0], files=(_program("nvidia-modprobe"),))
    yield StandIn("nv-persistence-mode", "1.0")
    yield StandIn("nvlsm", "1.0", files=(_program("nvlsm", "idle"),))
    yield from _dcgm()


def _of_driver(driver: str) -> Iterator[StandIn]:
    """What carries the driver's own version."""
    branch, full = driver.split(".")[0], f"{driver}-{REVISION}"
    module = (f"usr/lib/systemd/system/{MODULE}", _MODULE_UNIT, 0o644)
    for flavour in ("-open", ""):
        parts = (f"nvidia-utils-{branch} (= {full})", "nvidia-modprobe")
        yield StandIn(f"nvidia-driver-{branch}{flavour}", driver, ", ".join(parts), instead="nvidia-driver")
    persistence = _daemon("nvidia-persistenced", driver, "idle").files
    shown = (_share("driver", driver), _program("nvidia-smi"), module, *persistence)
    yield StandIn(f"nvidia-utils-{branch}", driver, "nvidia-modprobe", shown, MODULE, "nvidia-utils")
    yield StandIn("libnvidia-nscq", driver)
    yield StandIn("libnvsdm", driver)
    yield _daemon("nvidia-fabricmanager", driver, "nv-fabricmanager", _share("fabricmanager", driver))
    yield _daemon("nvidia-imex", driver, "nvidia-imex", _share("imex", driver))


def _dcgm() -> Iterator[StandIn]:
    """The engine with its command, and the exporter; its list of fields is a file of the package, as on a site."""
    engine = _daemon("nvidia-dcgm", DCGM, "nv-hostengine")
    yield StandIn("datacenter-gpu-manager-4-cuda13", DCGM, "", (*engine.files, _program("dcgmi")))
    exporter = _daemon("nvidia-dcgm-exporter", DCGM, "dcgm-exporter")
    fields = ("etc/dcgm-exporter/default-counters.csv", f"{_FIELDS}\n", 0o644)
    yield StandIn("datacenter-gpu-manager-exporter", DCGM, "", (*exporter.files, fields))


def _daemon(name: str, version: str, program: str, *files: tuple[str, str, int]) -> StandIn:
    """A package with a service, which is not started by itself: NVIDIA's wait for the operator too."""
    unit = (
        f"[Unit]\nDescription=Stand-in of {name}\nAfter={MODULE}\n\n"
        f"[Service]\nExecStart=/usr/bin/{_installed(name, program)}\n\n[Install]\nWantedBy=multi-user.target\n"
    )
    own = (f"usr/lib/systemd/system/{name}.service", unit, 0o644)
    return StandIn(name, version, "", (own, _program(_installed(name, program), program), *files))


def _installed(name: str, program: str) -> str:
    return name if program == "idle" else program


def _program(name: str, source: str = "") -> tuple[str, str, int]:
    return f"usr/bin/{name}", (FILES / (source or name)).read_text(), 0o755


def _share(name: str, version: str) -> tuple[str, str, int]:
    return f"{_SHARE}/{name}", f"{version}\n", 0o644
