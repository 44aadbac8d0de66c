"""Counts in words, for the fabric drawings."""

from __future__ import annotations

from collections.abc import Sequence

from dgxops.render.drawings.groups import Box, Bundle


def plural(count: int, noun: str) -> str:
    """ "1 leaf", "4 storage leaves", "2 switches"."""
    if count == 1:
        return f"1 {noun}"
    ends = {"leaf": "leaves", "shelf": "shelves", "switch": "switches"}
    one = next((end for end in ends if noun.endswith(end)), "")
    return f"{count:,} {noun.removesuffix(one)}{ends[one]}" if one else f"{count:,} {noun}s"


def each(bundles: Sequence[Bundle]) -> str:
    """ "2 links", or "1 to 2 links" where pairs of switches differ."""
    least, most = min(b.least for b in bundles), max(b.most for b in bundles)
    return plural(most, "link") if least == most else f"{least} to {most} links"


def host_words(box: Box) -> list[str]:
    """ "32 systems", "18 compute trays" and, where they are of one, "unit 4"."""
    return [plural(len(box.members), box.noun), *([f"unit {box.su}"] if box.su else [])]
