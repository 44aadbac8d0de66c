"""Read the catalogue's YAML into typed values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from dgxops.catalogue.cloud import cloud_of
from dgxops.catalogue.schema import ArchitectureEntry, DriverEntry, ReleaseEntry, RepositoryEntry, SwitchEntry
from dgxops.catalogue.system import system_of
from dgxops.catalogue.system_schema import CloudEntry, SystemEntry
from dgxops.errors import DgxopsError, InputError, Problem
from dgxops.model.release import DriverBranch, Release, Repository, Versions
from dgxops.model.system import System
from dgxops.paths import catalogue_root

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Entry = TypeVar("_Entry", bound=BaseModel)


class Systems(Mapping[str, System]):
    """Systems by id, read when they are asked for; an alias finds its system too, and is not listed."""

    def __init__(self, folder: Path, texts: Mapping[str, str]) -> None:
        self._files = {path.stem: path for path in sorted(folder.glob("*.yml"))}
        self._texts = texts
        self._read: dict[str, System] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def __getitem__(self, name: str) -> System:
        system_id = name if name in self._files else self.aliases[name]
        if system_id not in self._read:
            self._read[system_id] = _system(self._files[system_id], self._texts)
        return self._read[system_id]

    @property
    def aliases(self) -> dict[str, str]:
        """Alias -> id."""
        return {alias: system.id for system in self.values() for alias in system.aliases}


@dataclass(frozen=True)
class Catalogue:
    """Everything known, by id."""

    systems: Systems
    architectures: Mapping[str, ArchitectureEntry]
    switches: Mapping[str, SwitchEntry]
    releases: Mapping[str, Release]
    drivers: Mapping[str, DriverBranch]

    def system(self, name: str) -> System:
        """The system with this id or alias.

        Raises:
            DgxopsError: there is none; the hint names the one that was perhaps meant.
        """
        if name in self.systems:
            return self.systems[name]
        close = get_close_matches(name.lower(), self.platforms, n=1)
        hint = f"did you mean {close[0]}?" if close else "known: `dgxops show systems`"
        raise DgxopsError(f"no system is called {name!r}", hint=hint)

    @property
    def platforms(self) -> tuple[str, ...]:
        """Every word that names a system: ids, then aliases."""
        return (*self.systems, *self.systems.aliases)

    def architectures_of(self, system_id: str) -> tuple[ArchitectureEntry, ...]:
        """The reference architectures that a system is built into; none, one or several."""
        own = self.system(system_id).id
        return tuple(a for a in self.architectures.values() if own in a.systems)

    def architecture_for(self, system_id: str, named: str | None) -> ArchitectureEntry:
        """The architecture that is named, or the only one that there is.

        Raises:
            DgxopsError: there is none, or several and none is named (``spec.load`` finds this first, with its place).
        """
        fitting = [a for a in self.architectures_of(system_id) if named in (None, a.id)]
        if len(fitting) != 1:
            raise DgxopsError(f"{system_id}: {len(fitting)} architectures fit")
        return fitting[0]


@cache
def load() -> Catalogue:
    """The whole catalogue; a system's file is read when the system is asked for.

    Raises:
        InputError: a catalogue file breaks its schema (a fault of dgxops, not of a spec).
    """
    return load_from(catalogue_root())


def load_from(root: Path) -> Catalogue:
    """The catalogue below ``root``.

    Raises:
        InputError: a file breaks its schema; every fault names the file and the key.
    """
    switches, drivers, texts = root / "switches.yml", root / "drivers.yml", read(root / "sources.yml")
    return Catalogue(
        systems=Systems(root / "systems", texts),
        architectures={p.stem: _entry(p, ArchitectureEntry, read(p)) for p in _files(root, "architectures")},
        switches={k: _entry(switches, SwitchEntry, v, k) for k, v in read(switches).items()},
        releases=dict(_releases(root / "releases.yml", texts)),
        drivers={k: _branch(k, _entry(drivers, DriverEntry, v, k)) for k, v in read(drivers).items()},
    )


def system_ids() -> tuple[str, ...]:
    """Ids of all systems, sorted, without reading their files."""
    return tuple(p.stem for p in _files(catalogue_root(), "systems"))


def architecture_ids() -> tuple[str, ...]:
    return tuple(p.stem for p in _files(catalogue_root(), "architectures"))


@cache
def release_ids() -> tuple[str, ...]:
    return tuple(sorted(read(catalogue_root() / "releases.yml")))


def _files(root: Path, kind: str) -> list[Path]:
    return sorted((root / kind).glob("*.yml"))


def read(path: Path) -> dict[str, Any]:
    """A catalogue file as it is written.

    Raises:
        InputError: it cannot be read, or is no mapping.
    """
    try:
        with path.open(encoding="utf-8") as stream:
            data = yaml.load(stream, Loader=_Loader)  # noqa: S506 - a safe loader
    except (OSError, yaml.YAMLError) as error:
        raise _broken(path, "", " ".join(str(error).split())) from None
    if not isinstance(data, dict):
        raise _broken(path, "", "wants keys and values")
    return data


def _entry(path: Path, schema: type[_Entry], data: object, key: str = "") -> _Entry:
    try:
        return schema.model_validate(data)
    except ValidationError as error:
        places = ((".".join(map(str, (key, *e["loc"]) if key else e["loc"])), e["msg"]) for e in error.errors())
        raise InputError(Problem(_name(path), 0, 0, place, message) for place, message in places) from None


def _system(path: Path, texts: Mapping[str, str]) -> System:
    """The system of one file, which is named after it."""
    data = read(path)
    try:
        if data.get("kind") == "cloud":
            system = cloud_of(_entry(path, CloudEntry, data), texts)
        else:
            system = system_of(_entry(path, SystemEntry, data), texts)
    except KeyError as error:
        raise _broken(path, "sources", f"{error} is not in sources.yml") from None
    if system.id != path.stem:
        raise _broken(path, "id", f"{system.id!r} does not fit the name of the file")
    return system


def _broken(path: Path, place: str, message: str) -> InputError:
    return InputError([Problem(_name(path), 0, 0, place, message)])


def _name(path: Path) -> str:
    """What messages call a catalogue file."""
    return path.name if path.parent.name == "catalogue" else f"{path.parent.name}/{path.name}"


def _releases(path: Path, texts: Mapping[str, str]) -> Iterator[tuple[str, Release]]:
    for release_id, data in read(path).items():
        try:
            yield release_id, _release(release_id, _entry(path, ReleaseEntry, data, release_id), texts)
        except KeyError as error:
            raise _broken(path, f"{release_id}.sources", f"{error} is not in sources.yml") from None


def _branch(number: str, entry: DriverEntry) -> DriverBranch:
    return DriverBranch(number, entry.kind, entry.end_of_life, entry.cuda)


def _release(release_id: str, entry: ReleaseEntry, texts: Mapping[str, str]) -> Release:
    packages = tuple(sorted((purpose, tuple(names)) for purpose, names in entry.packages.items()))
    return Release(
        id=release_id,
        versions=Versions(**entry.versions.model_dump()),
        tested_on=tuple(entry.tested_on),
        packages=packages,
        stack=tuple((os, tuple((p, tuple(names)) for p, names in by.items())) for os, by in entry.stack.items()),
        repositories=tuple(_repository(name, one) for name, one in entry.repositories.items()),
        time_pool=entry.time.pool,
        leap_seconds=entry.time.leap_seconds,
        marks=tuple(sorted(entry.marks.items())),
        sources=tuple((field, tuple(texts[key] for key in keys)) for field, keys in entry.sources.items()),
    )


def _repository(name: str, entry: RepositoryEntry) -> Repository:
    data = entry.model_dump()
    lists = {key: tuple(data[key]) for key in ("suites", "components")}
    return Repository(name=name, **{**data, **lists})
