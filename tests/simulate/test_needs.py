"""A machine without the programs is told which packages bring them."""

from __future__ import annotations

import pytest

from dgxops.errors import EnvironmentLacking
from dgxops.model.cluster import Cluster
from dgxops.simulate import needs, simulate


def test_missing_programs_are_named_with_their_packages(monkeypatch: pytest.MonkeyPatch, mini: Cluster) -> None:
    monkeypatch.setattr(needs, "search_path", lambda: "/nowhere")
    with pytest.raises(EnvironmentLacking) as caught:
        simulate(mini.fabric("compute"), mini.hosts)
    assert "not installed: ibsim, ibsim-run, opensm, ibnetdiscover, dump_fts, setpriv" in caught.value.message
    assert "apt-get install ibsim-utils infiniband-diags opensm util-linux" in caught.value.hint
