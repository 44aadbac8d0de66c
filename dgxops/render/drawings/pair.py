"""Two systems joined port to port, without a switch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dgxops.model.cluster import Cluster
from dgxops.model.fabric import Fabric, LinkKind
from dgxops.render.drawings import style, svg

_WIDTH, _MARGIN, _TOP = 900.0, 40.0, 128.0
_BOX, _ROW = 240.0, 56.0


def draw(cluster: Cluster, fabric: Fabric, title: str, headline: str, notes: Sequence[str] = ()) -> str:
    """Both systems, a line a cable with its ports, and notes below."""
    links = [link for link in fabric.links if link.kind is LinkKind.NODE_NODE]
    high = 60 + _ROW * len(links)
    body = [svg.text(_MARGIN, 58, title, "h1"), svg.text(_MARGIN, 84, headline, "sub soft")]
    for name, x in ((links[0].a.device, _MARGIN), (links[0].z.device, _WIDTH - _MARGIN - _BOX)):
        host = cluster.by_name[name]
        body += [
            svg.rect(x, _TOP, _BOX, high, "system", rx=6),
            svg.text(x + _BOX / 2, _TOP + 28, name, "m h2"),
            svg.text(x + _BOX / 2, _TOP + 46, host.system.name if host.system else "", "m soft"),
        ]
    body += _cables(fabric)
    lines = [line for note in notes for line in svg.wrap(note, 13, _WIDTH - 2 * _MARGIN)]
    body += [svg.text(_MARGIN, _TOP + high + 30 + 18 * i, line, "l soft") for i, line in enumerate(lines)]
    css = style.css(["system", "leaf"], extra=".thick{stroke-width:5}")
    return svg.document(_WIDTH, _TOP + high + 18 * len(lines) + _MARGIN, title, headline, css, body)


def _cables(fabric: Fabric) -> Iterator[str]:
    left, right = _MARGIN + _BOX, _WIDTH - _MARGIN - _BOX
    for i, link in enumerate(fabric.links):
        y = _TOP + 82 + i * _ROW
        yield svg.line(left, y, right, y, "leaf-w thick", data_links=1, data_kind=link.kind.value)
        yield svg.text(left - 14, y + 4, link.a.port, "e l b") + svg.text(right + 14, y + 4, link.z.port, "l b")
        yield svg.rect(left - 6, y - 8, 12, 16, "leaf", rx=2) + svg.rect(right - 6, y - 8, 12, 16, "leaf", rx=2)
        yield svg.text(_WIDTH / 2, y - 9, f"{fabric.rate_gbps} Gb/s", "m soft")
