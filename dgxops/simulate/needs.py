"""What this machine must have to simulate a fabric; everything that is missing is named at once."""

from __future__ import annotations

import os
import shutil

from dgxops.errors import EnvironmentLacking

# Command -> the Debian package that brings it.
COMMANDS = {
    "ibsim": "ibsim-utils",
    "ibsim-run": "ibsim-utils",
    "opensm": "opensm",
    "ibnetdiscover": "infiniband-diags",
    "dump_fts": "infiniband-diags",
    "setpriv": "util-linux",
}


def search_path() -> str:
    """PATH with the folders of administrators' commands, which other users' PATH leaves out."""
    return os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin", "/sbin"))


def require() -> None:
    """EnvironmentLacking that says which packages to install."""
    path = search_path()
    if lacking := [command for command in COMMANDS if shutil.which(command, path=path) is None]:
        packages = sorted({COMMANDS[command] for command in lacking})
        raise EnvironmentLacking(
            f"the fabric cannot be simulated on this machine: not installed: {', '.join(lacking)}",
            hint=f"apt-get install {' '.join(packages)}; scripts/setup.sh does it without starting a subnet manager",
        )
