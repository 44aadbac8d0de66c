"""What lies on disk is held against the spec, or it is said that nothing was compared."""

from __future__ import annotations

from pathlib import Path

from dgxops.check.rendered import rendered
from dgxops.model.cluster import Cluster
from dgxops.model.finding import Severity
from dgxops.render import write
from dgxops.render.tree import render


def test_an_edit_by_hand_is_a_warning_and_no_tree_proves_nothing(mini: Cluster, tmp_path: Path) -> None:
    tree = tmp_path / "rendered"
    assert not rendered(mini, tree).proved
    write.write_tree(tree, render(mini))
    assert rendered(mini, tree).findings == ()
    with (tree / "files" / "slurm" / "slurm.conf").open("a") as conf:
        conf.write("ClusterName=foo\n")
    (found,) = rendered(mini, tree).findings
    assert (found.severity, found.evidence) == (Severity.WARNING, "files/slurm/slurm.conf: changed")


def test_a_file_that_no_design_gives_is_a_warning(mini: Cluster, tmp_path: Path) -> None:
    """Port maps of racks that were once designed lay in an example, beside those of today."""
    tree = tmp_path / "rendered"
    write.write_tree(tree, render(mini))
    for name in ("a", "b", "c", "d"):
        (tree / "cabling" / "racks" / f"leaf-rack-{name}.csv").touch()
    (found,) = rendered(mini, tree).findings
    assert (found.severity, found.message) == (Severity.WARNING, "4 files in rendered/ not of this design")
    assert found.evidence.splitlines()[0] == "cabling/racks/leaf-rack-a.csv"
    assert found.evidence.endswith("and 1 more")
