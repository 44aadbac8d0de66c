"""The out-of-band fabric as a table: every switch, how full it is, what is on it, and where it leads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dgxops.model.cluster import Cluster
from dgxops.model.fabric import Fabric, Link, LinkKind, Switch
from dgxops.render.drawings import notes, style, svg
from dgxops.render.drawings.contents import fabric_words
from dgxops.render.drawings.groups import fold
from dgxops.render.drawings.words import plural

_WIDTH, _MARGIN, _TOP = 1480.0, 40.0, 150.0
_LINE, _PAD = 18.0, 10.0
_COLUMNS = (("Switch", 14.0), ("Rack", 180.0), ("Ports", 330.0), ("On it", 500.0), ("Uplinks to", 1150.0))
_BAR = 96.0  # of the ports in use


@dataclass(frozen=True, slots=True)
class _Row:
    """One switch with the links of its ports."""

    switch: Switch
    links: Sequence[Link]

    def of(self, kind: LinkKind) -> list[Link]:
        return [link for link in self.links if link.kind is kind]

    @property
    def used(self) -> int:
        """Ports that something is on, without uplinks."""
        return len(self.links) - len(self.of(LinkKind.OOB_INBAND))


def draw(cluster: Cluster, fabric: Fabric) -> str:
    """All switches of the fabric, one below the other."""
    title = f"{cluster.name}: {fabric_words(fabric)} fabric"
    words = _words(cluster)
    y, body = _TOP, [svg.text(_MARGIN, 58, title, "h1"), svg.text(_MARGIN, 84, _headline(fabric), "sub soft"), *_head()]
    for row in _rows(fabric):
        lines = _lines(row, words)
        high = _LINE * max(1, len(lines)) + 2 * _PAD
        body.append(svg.group(_row(row, lines, high), _MARGIN, y, data_name=row.switch.name))
        y += high
    told = (*_notes(fabric), *notes.of_models(cluster, fabric))
    below = [line for note in told for line in svg.wrap(note, 13, _WIDTH - 2 * _MARGIN)]
    body += [svg.text(_MARGIN, y + 30 + 18 * i, note, "l soft") for i, note in enumerate(below)]
    css = style.css(["oob", "inband"])
    return svg.document(_WIDTH, y + 18 * len(below) + 2 * _MARGIN, title, f"{_headline(fabric)}.", css, body)


def _rows(fabric: Fabric) -> Iterator[_Row]:
    found: dict[str, list[Link]] = {s.name: [] for s in fabric.switches}
    for link in fabric.links:
        found[link.a.device if link.kind is LinkKind.OOB_INBAND else link.z.device].append(link)
    return (_Row(s, found[s.name]) for s in fabric.switches)


def _headline(fabric: Fabric) -> str:
    counts = fabric.link_counts()
    ports = counts[LinkKind.NODE_LEAF] + counts.get(LinkKind.DEVICE_LEAF, 0)
    words = [f"Ethernet, {fabric.rate_gbps} Gb/s a port", plural(len(fabric.switches), "switch")]
    words += [plural(counts[LinkKind.NODE_LEAF], "BMC port"), f"{plural(ports, 'port')} in use"]
    uplinks = counts.get(LinkKind.OOB_INBAND, 0)
    return "  ·  ".join([*words, f"{plural(uplinks, 'uplink')} of {fabric.uplink_gbps} Gb/s"] if uplinks else words)


def _words(cluster: Cluster) -> Mapping[str, str]:
    """Device -> what it is; a host is one that has BMCs."""
    hosts = {h.name: h.system.noun if h.system else "machine" for h in cluster.hosts}
    pdus = {name: "PDU" for rack in cluster.racks for name in rack.pdu_names}
    fixtures = {x.name: x.kind for rack in cluster.racks for x in rack.fixtures}
    switches = {s.name: f"{fabric_words(f)} {s.tier.value}" for f in cluster.fabrics for s in f.switches}
    return hosts | pdus | fixtures | switches


def _lines(row: _Row, words: Mapping[str, str]) -> list[tuple[str, list[Link]]]:
    """A line a kind of device, with the links that it tells."""
    kinds: dict[str, list[Link]] = {}
    for link in row.links:
        if link.kind is not LinkKind.OOB_INBAND:
            kinds.setdefault(words[link.a.device], []).append(link)
    return [(f"{_count(kind, links)}: {fold(link.a.device for link in links)}", links) for kind, links in kinds.items()]


def _count(kind: str, links: Sequence[Link]) -> str:
    """ "4 system BMCs", or "14 systems, 42 BMC ports" where a device has several ports."""
    devices = len({link.a.device for link in links})
    port = " BMC" if links[0].kind is LinkKind.NODE_LEAF else ""
    if devices == len(links):
        return plural(devices, f"{kind}{port}")
    return f"{plural(devices, kind)}, {plural(len(links), f'{port} port'.strip())}"


def _head() -> Iterator[str]:
    return (svg.text(_MARGIN + x, _TOP - 12, words, "soft") for words, x in _COLUMNS)


def _row(row: _Row, lines: Sequence[tuple[str, list[Link]]], high: float) -> Iterator[str]:
    (_, name), (_, rack), (_, ports), (_, on_it), (_, up) = _COLUMNS
    switch, base = row.switch, _PAD + 13
    share = _BAR * row.used / switch.radix
    yield svg.path(f"M0 {svg.number(high)}H{svg.number(_WIDTH - 2 * _MARGIN)}", "rule")
    yield svg.rect(0, 3, 5, high - 6, "oob-c", rx=2)
    yield svg.text(name, base, svg.shorten(switch.name, 13, rack - name - 8, True), "l b")
    yield svg.text(rack, base, svg.shorten(f"{switch.rack} U{switch.rack_unit}", 13, ports - rack - 8), "l")
    yield svg.rect(ports, _PAD + 4, _BAR, 10, "pill", rx=5) + svg.rect(ports, _PAD + 4, share, 10, "oob-c", rx=5)
    yield svg.text(ports + _BAR + 8, base, f"{row.used}/{switch.radix}", "l")
    for i, (line, links) in enumerate(lines):
        yield _told(svg.text(on_it, base + _LINE * i, svg.shorten(line, 13, up - on_it - 12), "l"), links)
    uplinks = row.of(LinkKind.OOB_INBAND)
    room = _WIDTH - 2 * _MARGIN - up - 10
    yield _told(svg.text(up, base, svg.shorten(_uplinks(uplinks), 13, room), "l"), uplinks)


def _told(words: str, links: Sequence[Link]) -> str:
    """Words with the number and kind of the links that they stand for."""
    return svg.group(words, data_links=len(links), data_kind=links[0].kind.value) if links else words


def _uplinks(links: Sequence[Link]) -> str:
    ports = dict.fromkeys(link.z.port for link in links)
    return f"{fold(link.z.device for link in links)}, port {', '.join(ports)}" if links else "none"


def _notes(fabric: Fabric) -> list[str]:
    made = ["Which port is whose follows from the position of the device; every cable is in ../cabling/cables.csv."]
    if not any(link.kind is LinkKind.OOB_INBAND for link in fabric.links):
        made.append("How these switches are joined to each other is not known, so no uplink is drawn.")
    return made
