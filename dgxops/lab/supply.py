"""Packages for the machines: running the lab's package proxy in a cell of its own."""

from __future__ import annotations

import sys
import time
import urllib.request
from http import HTTPStatus
from urllib.error import HTTPError, URLError

from dgxops.errors import RunFailed
from dgxops.lab.cache import CACHE
from dgxops.lab.cell import Cell, cell
from dgxops.lab.hostapt import http_proxy
from dgxops.lab.packages import PORT
from dgxops.lab.standins.repository import ensure_repository
from dgxops.lab.state import Lab

STORE = CACHE / "packages"
START_SECONDS = 10.0


def supply_cell(lab: Lab) -> Cell:
    """No machine can have its name: host names hold no underscore."""
    return cell(lab.cluster, "_packages")


def ensure_supply(lab: Lab) -> None:
    """Start the proxy when it does not run, and wait until it listens on the bridge."""
    stand_ins = ensure_repository()
    own = supply_cell(lab)
    if own.alive():
        return
    own.kill()
    upstream = http_proxy()
    argv = [sys.executable, "-m", "dgxops.lab.packages", f"--listen={lab.gateway}", f"--store={STORE}"]
    argv.append(f"--stand-ins={stand_ins}")
    own.start([*argv, *([f"--proxy={upstream}"] if upstream else [])], lab.root / "packages.log")
    _await_listening(lab)


def _await_listening(lab: Lab) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _listens(lab):
        if time.monotonic() > deadline:
            log = (lab.root / "packages.log").read_text(errors="replace").strip()
            raise RunFailed(f"the lab's package proxy does not listen on {lab.gateway}:{PORT}:\n{log[-1000:]}")
        time.sleep(0.05)


def _listens(lab: Lab) -> bool:
    """It refuses whatever is not asked of a proxy: that answer is its own."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        direct.open(f"http://{lab.gateway}:{PORT}/", timeout=2)
    except HTTPError as error:
        return error.code == HTTPStatus.BAD_REQUEST
    except (URLError, OSError):
        return False
    return False


def apt_lines(lab: Lab) -> str:
    """What a machine's apt is told: http by the proxy (patiently: it may be fetching), https on its own."""
    return (
        f'Acquire::http::Proxy "http://{lab.gateway}:{PORT}";\nAcquire::http::Timeout "300";\n'
        'Acquire::https::Proxy "DIRECT";\n'
    )
