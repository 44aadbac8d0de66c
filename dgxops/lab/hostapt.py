"""How this host's apt reaches its archives (proxy, certificates, patience), for the machines to do the same."""

from __future__ import annotations

import os
import re
import shutil

from dgxops.lab.shell import run

# What of the host's apt settings concerns the way to an archive; the rest is the host's own affair.
_CARRIED = re.compile(r"Acquire::(https?(::|\s)|ftp::|Retries|Check-Valid-Until|Check-Date|Max-FutureTime|ForceIPv)")


def apt_settings() -> str:
    """Lines for an apt.conf: the host's own, and a proxy that only its environment names."""
    dump = run("apt-config", "dump") if shutil.which("apt-config") else ""
    return carried(dump, dict(os.environ))


def http_proxy() -> str | None:
    """The proxy by which this host's apt fetches http; None where it goes straight."""
    match = re.search(r'Acquire::http::Proxy "([^"]+)"', apt_settings())
    return match[1] if match and match[1] != "DIRECT" else None


def carried(dump: str, environment: dict[str, str]) -> str:
    """The part of ``apt-config dump`` that machines need too. Empty values say nothing and are dropped."""
    lines = [line for line in dump.splitlines() if _CARRIED.match(line) and not line.endswith(' "";')]
    for scheme in ("http", "https"):
        proxy = environment.get(f"{scheme}_proxy")
        if proxy and not any(line.startswith(f"Acquire::{scheme}::Proxy ") for line in lines):
            lines.append(f'Acquire::{scheme}::Proxy "{proxy}";')
    return "".join(f"{line}\n" for line in lines)
