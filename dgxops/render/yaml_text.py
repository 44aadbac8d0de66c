"""YAML as dgxops writes it: block style, sorted by nothing but the order given, never an anchor."""

from __future__ import annotations

from typing import Any

import yaml

_Base = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

HEADER = "# Written by dgxops render: change cluster.yml or site.yml and render again, not this file.\n"


class _Dumper(_Base):  # type: ignore[misc, valid-type]
    def ignore_aliases(self, data: object) -> bool:
        return True


def dump(data: Any) -> str:
    """``data`` (plain values only) as YAML text under dgxops' header."""
    body: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, default_flow_style=False, width=140)
    return HEADER + "---\n" + body
