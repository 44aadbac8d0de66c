"""CSV as dgxops writes it: a header line, Unix line ends, quotes only where needed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence


def dump(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Header and rows as CSV text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()
