"""A release backs what it says: a version has a source or a mark, and one variable moves every address."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path
from string import Formatter

import pytest
import yaml

from dgxops import catalogue
from dgxops.catalogue.loader import load_from
from dgxops.check.slurm.keys import VERSIONS
from dgxops.errors import InputError
from dgxops.expand.software import with_versions
from dgxops.model.marks import UNKNOWN, above, holding
from dgxops.model.release import DISTRIBUTIONS, SLURM_VERSIONS, VERSIONED, Release, branch_of, numbers
from dgxops.paths import catalogue_root
from dgxops.spec.schema import ClusterFile
from dgxops.spec.software import Versions
from tests.catalogue.broken import break_in

FIELDS = {"mirror", "codename", "number", "dotted", "machine", "server", "doca"}
RELEASES = list(catalogue.load().releases.values())
pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(params=RELEASES, ids=lambda r: r.id)
def release(request: pytest.FixtureRequest) -> Release:
    found: Release = request.param
    return found


def leaves(release: Release) -> dict[str, object]:
    """Every version, and what there is to know of every repository, by field."""
    found: dict[str, object] = {f"versions.{name}": getattr(release.versions, name) for name in VERSIONED}
    for repository in release.repositories:
        for key, value in asdict(repository).items():
            if key in ("public", "address", "key"):
                found[f"repositories.{repository.name}.{key}"] = value
    return found


def test_a_value_has_a_source_or_a_mark_and_what_is_not_known_says_so(release: Release) -> None:
    marks, sources = dict(release.marks), dict(release.sources)
    for field, value in leaves(release).items():
        mark = release.mark(field, value)
        if value is None:
            assert mark == UNKNOWN or holding(marks, above(field)) == "inferred", field
        else:
            assert mark or holding(sources, above(field)), field


def test_a_version_that_no_text_names_is_unknown(release: Release) -> None:
    for name in VERSIONED:
        value = getattr(release.versions, name)
        assert (value is None) == (release.mark(f"versions.{name}", value) == UNKNOWN), name


def test_what_only_a_third_party_says_is_marked(release: Release) -> None:
    for field, texts in release.sources:
        if all(text.startswith(("Secondary", "Third-party")) for text in texts):
            assert field in dict(release.marks), field


def test_every_mark_and_source_is_of_something(release: Release) -> None:
    fields = {
        "packages.slurm",
        "stack",
        *(f"stack.{os}" for os, _ in release.stack),
        *(f"stack.{os}.{purpose}" for os, by in release.stack for purpose, _ in by),
        *(part for field in leaves(release) for part in above(field)),
    }
    assert {field for field, _ in (*release.marks, *release.sources)} <= fields


def test_fabric_manager_has_exactly_the_drivers_version(release: Release) -> None:
    """NVIDIA's fabric manager starts with no other: [FMSLACK]."""
    assert release.versions.fabric_manager == release.versions.driver
    assert release.versions.imex == release.versions.driver
    assert release.versions.driver is None or branch_of(release.versions.driver) == release.versions.driver_branch


def test_the_releases_are_those_that_were_decided_on() -> None:
    """2026.10 is on the long-term branch; 2026.11 on the production branch, with the Slurm that reads topology.yaml."""
    older, newer = (catalogue.load().releases[name].versions for name in ("2026.10", "2026.11"))
    assert (older.driver_branch, older.driver, older.slurm) == ("580", "580.126.20", "24.11")
    assert (newer.driver_branch, newer.driver) == ("595", None)
    assert numbers(newer.slurm) >= (25, 5)


def test_the_branches_are_nvidias() -> None:
    """docs.nvidia.com, drivers 615 and 620: long-term ones live about three years, a production branch one."""
    known = catalogue.load().drivers
    assert {b.number: (b.kind, b.end_of_life, b.cuda) for b in known.values()} == {
        "535": ("long-term", "2026-06", "12"),
        "580": ("long-term", "2028-06", "13"),
        "595": ("production", "2027-03", "13"),
        "610": ("new-feature", "2026-08", "13"),
        "620": ("long-term", "2029-09", "13"),
    }
    assert {release.versions.driver_branch for release in RELEASES} <= known.keys()


def test_the_versions_that_a_site_may_say_are_those_of_a_release() -> None:
    assert tuple(Versions.model_fields) == VERSIONED
    assert ClusterFile.model_fields["software"].default.versions.model_dump(exclude_none=True) == {}


def test_slurm_is_one_whose_files_are_known(release: Release) -> None:
    assert release.slurm in SLURM_VERSIONS
    assert tuple(map(numbers, SLURM_VERSIONS)) == VERSIONS
    assert release.dgx_os in DISTRIBUTIONS


@pytest.mark.parametrize(
    ("dgx_os", "open_module", "first"),
    [
        ("7", True, "nvidia-driver-580-open"),
        ("7", False, "nvidia-driver-580"),
        ("6", True, "nvidia-driver-580-server-open"),
        ("6", False, "nvidia-driver-580-server"),
    ],
)
def test_the_driver_s_package_has_its_branch_and_its_kind_of_module(dgx_os: str, open_module: bool, first: str) -> None:
    """Names as DeepOps has them for DGX OS 6 and 7."""
    release = with_versions(catalogue.load().releases["2026.10"], Versions(dgx_os=dgx_os))
    assert release.stack_for("driver", open_module=open_module)[0] == first


def test_one_variable_moves_every_address(release: Release) -> None:
    """And no two archives meet in one folder of the mirror."""
    at = [repository.at("http://mirror.example.com/") for repository in release.repositories]
    assert all(address and address.startswith("http://mirror.example.com/") for address in at)
    assert len(set(at)) == len(at)
    for repository in release.repositories:
        for text in (repository.address, repository.key or "{mirror}/", *repository.suites):
            assert {name for _, name, _, _ in Formatter().parse(text) if name} <= FIELDS, text


def test_without_a_mirror_an_address_is_that_of_the_public_archive(release: Release) -> None:
    for repository in release.repositories:
        at = repository.at(None)
        assert at is None if repository.public is None else (at or "").startswith(repository.public + "/")


BROKEN = {
    "a fabric manager of another driver": (
        "fabric_manager: 580.126.20",
        "fabric_manager: 580.126.9",
        "fabric_manager is",
    ),
    "a driver of another branch": ('driver_branch: "580"', 'driver_branch: "595"', "is not of branch 595"),
    "an address that no mirror moves": ('"{mirror}/ubuntu"', '"http://archive.ubuntu.com/ubuntu"', "address"),
    "an archive with a path": ("http://archive.ubuntu.com\n", "http://archive.ubuntu.com/ubuntu\n", "public"),
    "a source without a text": ("[GB300REL]", "[NOWHERE]", "'NOWHERE' is not in sources.yml"),
    "an unknown key": ("    cuda: 13.0.2", "    cudo: 13.0.2", "cudo"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_release_is_reported_by_name_and_key(fault: str, tmp_path: Path) -> None:
    right, wrong, message = BROKEN[fault]
    broken = break_in(shutil.copytree(catalogue_root(), tmp_path / "catalogue"), "releases.yml", right, wrong)
    with pytest.raises(InputError, match=r"^releases\.yml: .*2026\.10\.") as caught:
        load_from(broken)
    assert message in str(caught.value)


def test_the_page_about_mirrors_lists_every_address() -> None:
    """docs/mirror.md has a line a repository: its folder on the mirror, and where it is mirrored from."""
    page = (Path(__file__).parent.parent.parent / "docs" / "mirror.md").read_text()
    for release in RELEASES:
        for repository in release.repositories:
            folder = repository.address.removeprefix("{mirror}")
            source = f"`{repository.public}`" if repository.public else "built by the site"
            assert f"| `{repository.name}` | `{folder}` | {source} |" in page, repository.name


def test_the_role_takes_its_mirror_apart_as_the_releases_do() -> None:
    """Folders of the distributions in the role's template are those of the releases."""
    template = (Path(__file__).parent.parent.parent / "roles/dgx_os/templates/mirror.sources.j2").read_text()
    for name in ("debian", "debian-security", "ubuntu"):
        for release in RELEASES:
            one = next(r for r in release.repositories if r.name == name)
            suites = " ".join(one.suites).replace("{codename}", "{{ release }}")
            assert one.address.removeprefix("{mirror}") + f"\nSuites: {suites}\n" in template
            assert f"Components: {' '.join(one.components)}\n" in template


def test_the_file_holds_no_release_that_yaml_reads_as_a_number() -> None:
    assert all(isinstance(key, str) for key in yaml.safe_load((catalogue_root() / "releases.yml").read_text()))
