"""Single values: node sets, naming templates, SSH keys."""

from __future__ import annotations

import base64
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgxops.spec.hardware import PortSays
from dgxops.spec.names import TEMPLATE_FIELDS, Naming
from dgxops.spec.nodesets import MOST_NODES, expand_nodes, fold
from dgxops.spec.ssh_keys import KINDS, key_fault
from dgxops.spec.templates import fault_in

NUMBERS = st.sets(st.integers(1, 999), min_size=1, max_size=50)


@given(NUMBERS)
def test_folding_and_expanding_undo_each_other(numbers: set[int]) -> None:
    names = tuple(f"dgx-{n:03d}" for n in sorted(numbers))
    assert expand_nodes(fold(names)) == names


@given(st.integers(0, 99), st.integers(0, 999999))
def test_a_range_holds_as_many_names_as_it_says_or_is_too_large(first: int, length: int) -> None:
    text = f"n[{first}-{min(first + length, 999999)}]"
    count = min(first + length, 999999) - first + 1
    if count > MOST_NODES:
        with pytest.raises(ValueError, match="more than"):
            expand_nodes(text)
    else:
        assert len(expand_nodes(text)) == count


@given(st.integers(0, 0xFFFF), st.integers(0, 255), st.integers(0, 31), st.integers(0, 7), st.booleans())
def test_every_way_to_write_an_address_of_pci_is_one_address(
    domain: int, bus: int, device: int, function: int, upper: bool
) -> None:
    """It is the way of lspci, and that of the catalogue: domain 0000 is left out."""
    plain = f"{bus:02x}:{device:02x}.{function}"
    ways = [f"{domain:04x}:{plain}", *([plain] if domain == 0 else [])]
    said = {PortSays.model_validate({"pci": way.upper() if upper else way}).pci for way in ways}
    assert said == {f"{domain:04x}:{plain}" if domain else plain}


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",",
        "a,,b",
        "n;rm -rf /",
        "@all",
        "a!b",
        "a&b",
        "a^b",
        "n[1-",
        "n[]",
        "n[a]",
        "n[9-1]",
        "n[1-3/2]",
        "a b",
        "n*",
    ],
)
def test_what_is_no_plain_node_set_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        expand_nodes(text)


def test_the_product_of_ranges_counts() -> None:
    with pytest.raises(ValueError, match="more than"):
        expand_nodes("r[1-999]n[1-999]")


@pytest.mark.parametrize("key", TEMPLATE_FIELDS)
def test_the_default_templates_are_fine(key: str) -> None:
    assert fault_in(key, getattr(Naming(), key)) is None


@given(st.text(alphabet="{}index:!r03d.[]_su-", max_size=30))
def test_a_template_that_is_accepted_can_be_filled(template: str) -> None:
    if fault_in("node", template) is None:
        assert len(template.format(index=1, su=1, index_in_su=1, rack="r")) < 300


def key_line(kind: str, *fields: bytes) -> str:
    blob = b"".join(struct.pack(">I", len(field)) + field for field in (kind.encode(), *fields))
    return f"{kind} {base64.b64encode(blob).decode()}"


@given(
    st.sampled_from(KINDS),
    st.lists(st.binary(min_size=1, max_size=60), min_size=1, max_size=3),
    st.text("abc @", max_size=9),
)
def test_a_whole_key_is_fine_whatever_its_comment(kind: str, fields: list[bytes], comment: str) -> None:
    assert key_fault(f"{key_line(kind, *fields)} {comment}\n") is None


@given(st.binary(min_size=32, max_size=32), st.data())
def test_a_key_that_was_cut_off_is_not(field: bytes, data: st.DataObject) -> None:
    line = key_line("ssh-ed25519", field)
    assert key_fault(line[: data.draw(st.integers(0, len(line) - 2))]) is not None


def test_a_private_key_is_never_repeated() -> None:
    said = key_fault("-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n")
    assert said is not None
    assert "c2VjcmV0" not in "".join(said)
