"""Files as they come: saved by spreadsheets, captured with warnings, in capitals; nothing is lost without a word."""

from __future__ import annotations

import pytest

from dgxops.importing import fabric, scontrol
from dgxops.importing.build import Built, best
from dgxops.importing.detect import take, together
from tests.importing.dumps import dump, report
from tests.importing.printed import cluster_of, nodes, rows

FIRST = cluster_of("{name: c, platform: dgx-h100, nodes: 3, services: {head: 1}}")
ROWS = rows(FIRST)


def imported(*texts: str | bytes, platform: str | None = "dgx-h100") -> Built:
    data = [text if isinstance(text, bytes) else text.encode() for text in texts]
    return best(together([take("f", each) for each in data]), "again", "a test", platform)


def cells(form: str) -> str:
    return "\n".join(",".join(form.format(cell) for cell in line.split(",")) for line in ROWS.splitlines())


@pytest.mark.parametrize(
    "data",
    [
        ROWS.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + ROWS.replace(",", ";").replace("\n", "\r\n").encode(),
        ROWS.replace(",", "\t").encode("utf-16"),
        cells('"{}"').encode(),
        cells('"=""{}"""').encode(),
        cells(" {}\u00a0").encode(),
        ("\n".join(f"{line},,," for line in ROWS.splitlines())).encode(),
        ('"Cables\nas built"\n' + ROWS).encode(),
        ROWS.replace("OSFP", "osfp").replace("Slot", "SLOT").encode(),
    ],
    ids=[
        "old Mac",
        "BOM, semicolons",
        "UTF-16",
        "quotes",
        "Excel's text",
        "blanks",
        "more commas",
        "title",
        "capitals",
    ],
)
def test_a_table_saved_in_any_of_these_ways_is_the_same_table(data: bytes) -> None:
    built = imported(data)
    assert built.agreed.cables == built.agreed.cables_read == len(ROWS.splitlines()) - 1


def test_a_port_with_two_cables_is_told() -> None:
    (said,) = imported(ROWS + "dgx-001,OSFP4P2,leaf-01-1,9\n").agreed.differs
    assert said == "1 cables are not in what is built: dgx-001 OSFP4P2 - leaf-01-1 9"


@pytest.mark.parametrize("form", [dump, report])
@pytest.mark.parametrize(
    "warning",
    ["ibwarn: [1234] mad_rpc: _do_madrpc failed; dport (DR path slid 0;", "src/query_smp.c:246; send failed; -5"],
)
def test_warnings_among_the_lines_of_a_dump_are_told(form, warning: str) -> None:  # type: ignore[no-untyped-def]
    left: list[str] = []
    assert fabric.parse("f", f"{warning}\n{form(FIRST)}", left) == fabric.parse("f", form(FIRST))
    assert left == [f"f: ibnetdiscover warned 1 times, and what it did not reach is missing: {warning}"]


@pytest.mark.parametrize("kind", ["nvidia_h100_80gb_hbm3", "H100", "nvidia-h100"])
def test_types_that_slurm_finds_by_itself_tell_the_platform(kind: str) -> None:
    built = imported(nodes(FIRST).replace("gpu:h100:8", f"gpu:{kind}:8"), platform=None)
    assert (built.kind.system.id, built.left_open) == ("dgx-h100", ())
    told = [what for what in built.found.open if what.startswith("Gres: Slurm calls the GPUs")]
    assert bool(told) == (kind != "H100")


@pytest.mark.parametrize(
    ("gres", "count", "kind"),
    [
        ("gpu:1g.10gb:56(S:0-1)", 56, "1g.10gb"),
        ("gpu:h100:7(S:0-1),gpu:h100_1g.10gb:7(S:1)", 14, "h100+h100_1g.10gb"),
        ("gdrdma:1,gpu:h100:8(S:0-1)", 8, "h100"),
        ("gpu:8", 8, ""),
        ("gpu:h100:8,shard:h100:32", 8, "h100"),
    ],
)
def test_every_gpu_of_a_gres_is_counted(gres: str, count: int, kind: str) -> None:
    seen = scontrol.parse("f", nodes(FIRST).replace("gpu:h100:8(S:0-1)", gres))
    assert {(n.gpus, n.gpu_type) for n in seen} == {(count, kind)}


@pytest.mark.parametrize("line", ["Reason=RealMemory=1 is low [root@x]", "OS=Linux Sockets=9", "Comment=Gres=gpu:2"])
def test_what_people_write_into_a_node_is_no_key(line: str) -> None:
    for text in (f"   {line}\n   Partitions", f"   Partitions=batch\n   {line}\n   Last"):
        first = nodes(FIRST)
        assert scontrol.parse("f", first.replace("   Partitions", text)) == scontrol.parse("f", first)
