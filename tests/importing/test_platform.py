"""A platform that several systems fit is left to be filled in, with what would tell; it is never chosen silently."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dgxops.errors import InputError
from dgxops.importing.build import Built, best
from dgxops.importing.detect import take, together
from tests.importing.dumps import dump
from tests.importing.printed import cluster_of, nodes, rows

ROOT = Path(__file__).parents[2]
H100 = cluster_of("{name: c, platform: dgx-h100, scalable_units: 2, services: {head: 1}}")
BY_TYPE = "`scontrol show node` would, if its Gres names the GPU"


def imported(*texts: str, platform: str | None = None) -> Built:
    return best(together([take("f", text.encode()) for text in texts]), "again", "a test", platform)


def plain(platform: str) -> str:
    return rows(cluster_of(f"{{name: c, platform: {platform}, scalable_units: none, nodes: 4, fabric: QM8700}}"))


def compute_alone(cables: str) -> str:
    """Without the in-band fabric, whose ports tell the two sizes apart."""
    head, *lines = cables.splitlines()
    return "\n".join([head, *(line for line in lines if ",compute," in line)]) + "\n"


@pytest.mark.parametrize(
    ("text", "systems", "source"),
    [
        (dump(H100), "dgx-b200, dgx-h100 or dgx-h200", f"{BY_TYPE} (b200, h100, h200)"),
        (
            compute_alone((ROOT / "inventories/a100-7su/rendered/cabling/cables.csv").read_text()),
            "dgx-a100-320 or dgx-a100-640",
            "`scontrol show node` would, by RealMemory (about 943,718 or 1,960,850 MiB)",
        ),
        (plain("dgx-1-v100"), "dgx-1-p100 or dgx-1-v100", f"{BY_TYPE} (p100, v100)"),
    ],
    ids=["a dump of 63 DGX H100", "A100 of two sizes", "DGX-1"],
)
def test_what_several_systems_fit_is_left_open_with_the_source_that_tells(text: str, systems: str, source: str) -> None:
    built = imported(text)
    assert built.found.open[0] == built.left_open[0]
    assert f"say which: {systems}; {source}" in built.left_open[0]
    assert f"\n# platform: say which: {systems}; {source}\n" in built.text
    assert built.agreed.cables == built.agreed.cables_read
    with pytest.raises(InputError, match="platform: is required"):
        cluster_of(built.text)


def test_filling_it_in_makes_the_file_valid() -> None:
    built = imported(dump(H100))
    filled = built.text.replace("# platform: say which", "platform: dgx-h100  # was: say which")
    assert [n.name for n in cluster_of(filled).nodes] == [n.name for n in H100.nodes]


@pytest.mark.parametrize("platform", ["dgx-h100", "dgx-h200", "dgx-b200"])
def test_platform_and_slurm_decide(platform: str) -> None:
    first = cluster_of(f"{{name: c, platform: {platform}, scalable_units: 2, services: {{head: 1}}}}")
    for built in (imported(dump(H100), platform=platform), imported(dump(H100), nodes(first))):
        assert not built.left_open
        assert built.kind.system.id == platform


def test_gpus_without_a_type_do_not_decide_between_systems_of_nearly_the_same_memory() -> None:
    untyped = nodes(H100).replace("gpu:h100:8", "gpu:8")
    built = imported(dump(H100), untyped)
    assert "a Gres with the type of the GPU would (b200, h100, h200)" in built.left_open[0]


@pytest.mark.parametrize(("memory", "system"), [(940_000, "dgx-a100-320"), (2_000_000, "dgx-a100-640")])
def test_memory_of_twice_the_size_decides(memory: int, system: str) -> None:
    first = cluster_of("{name: c, platform: dgx-a100, services: {head: 1}}")
    built = imported(rows(first), nodes(first, memory=memory))
    assert (built.left_open, built.kind.system.id) == ((), system)


def test_a_choice_by_wiring_alone_is_told_with_what_else_fits() -> None:
    """The ports of a DGX H100 are those of others; that only its architecture is cabled so is no proof."""
    built = imported((ROOT / "inventories/mini/rendered/cabling/cables.csv").read_text())
    assert (built.left_open, built.kind.system.id) == ((), "dgx-h100")
    said = "the ports fit dgx-b200 or dgx-h200 too; as dgx-h100 is cabled, "
    assert any(said in what and what.endswith("--platform decides") for what in built.found.open)


def test_wiring_of_a_sites_own_tells_no_system() -> None:
    """Every leaf by another name of port than any architecture has: what agrees, agrees by chance."""
    text = rows(H100)
    moved = "\n".join(line[:-1] + {"1": "2", "2": "1"}.get(line[-1:], line[-1:]) for line in text.split("\n"))
    built = imported(moved)
    assert 0 < built.agreed.cables < built.agreed.cables_read
    assert "say which: " in built.left_open[0]


def test_both_architectures_of_one_system_are_named_where_both_fit() -> None:
    first = cluster_of("{name: c, platform: dgx-b300, architecture: b300-xdr, services: {head: 1}}")
    nodes_alone = nodes(first)
    built = imported(nodes_alone)
    assert "# architecture: say which: b300-spectrum-x or b300-xdr" in built.text
    with pytest.raises(InputError, match="architecture: is needed: dgx-b300 has 2"):
        cluster_of(built.text)


def test_a_group_whose_platform_is_open_is_not_called_after_one() -> None:
    old = plain("dgx-1-v100").replace("dgx-0", "the-old-ones-in-the-other-room-0")  # no group is called so
    new = rows(cluster_of("{name: d, platform: dgx-spark, scalable_units: none, nodes: 2, fabric: direct}"))
    new = new.replace("dgx-", "spark-").partition("\n")[2]
    built = imported(old + new)
    assert {str(part.value("name")) for part in built.found.parts} == {"group", "spark"}
    assert "    # platform: say which: dgx-1-p100 or dgx-1-v100" in built.text


def test_the_verb_says_that_the_file_is_not_valid_yet(tmp_path: Path) -> None:
    source, out = tmp_path / "ibnetdiscover.txt", tmp_path / "cluster.yml"
    source.write_text(dump(H100))
    words = [sys.executable, "-m", "dgxops", "import", str(source), "-o", str(out)]
    first, forced, given = (
        subprocess.run([*words, *more], capture_output=True, text=True, cwd=ROOT, check=False)
        for more in ([], ["--force", "--json"], ["--force", "--platform", "dgx-h100"])
    )
    assert (first.returncode, forced.returncode, given.returncode) == (1, 1, 0)
    assert "not valid yet: fill in what it leaves open" in first.stdout
    assert "dgx-b200, dgx-h100 or dgx-h200" in json.loads(forced.stdout)["left_open"][0]
    assert 'platform: "dgx-h100"' in out.read_text()
