"""How OpenSM is called once, and what its log says. Pure."""

from __future__ import annotations

import re

ENGINES = ("updn", "ftree", "minhop", "dnup", "lash", "dfsssp", "nue")
"""Routing engines of OpenSM for fat trees and for any network (opensm(8), ROUTING)."""

MAD_TIMEOUT_MS = 2000
"""How long a tool waits for a reply: simulated ones never get lost, but a busy machine may be slow."""

LID_BLOCK = 64
"""LIDs in a block of a linear forwarding table (InfiniBand Architecture Specification, volume 1, 14.2.5.10)."""

KNOWN_LIDS = "guid2lid"
"""OpenSM's file of them, in its cache folder."""

_ROUTED = re.compile(r"osm_ucast_mgr_process: (\w+) tables configured on all switches")


def command(engine: str, log: str, no_configuration: str, *guids: str) -> tuple[str, ...]:
    """One sweep, then the end; ``no_configuration`` is an empty file that keeps it from reading /etc/opensm.

    ``guids`` are two files for a fabric with an adapter above its leaves, which ftree refuses without: the GUIDs of
    the highest switches and the port GUIDs of nodes, one a line (opensm(8), root_guid_file and cn_guid_file).
    """
    told = zip(("--root_guid_file", "--cn_guid_file"), guids, strict=False)
    files = ("-F", no_configuration, "-P", no_configuration, "-f", log, *(word for pair in told for word in pair))
    return ("opensm", *files, "-o", "-e", "-D", "0x03", "-s", "0", "-t", str(MAD_TIMEOUT_MS), "-R", engine)


def known_lids(port_guid: int, ports: int) -> str:
    """The file of known LIDs (guid2lid) that OpenSM starts from: one for a port where it matters, else none.

    OpenSM numbers ``ports`` LIDs from 1. dump_fts and ibroute (infiniband-diags 44) do not read the last block of a
    table when the highest LID is the first of that block; so that port then gets the LID after the highest one.
    """
    return f"{port_guid:#018x} {ports + 1:#06x} {ports + 1:#06x}\n\n" if ports % LID_BLOCK == 0 else ""


def diagnostics(*words: str, no_configuration: str) -> tuple[str, ...]:
    """A command of infiniband-diags that reads no configuration of this machine."""
    return (words[0], "-z", no_configuration, "-t", str(MAD_TIMEOUT_MS), *words[1:])


def routed_by(log: str) -> str | None:
    """The engine whose tables are in the switches, which another may have fallen back to; None when it never got up."""
    engines = _ROUTED.findall(log)
    return str(engines[-1]) if engines and "SUBNET UP" in log else None
