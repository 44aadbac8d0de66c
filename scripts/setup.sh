#!/usr/bin/env bash
# Everything dgxops needs on a Debian or Ubuntu machine: system packages and a virtual environment in .venv.
# Says what it does; does only what is missing. Run as root (or with sudo at hand) from the repository root.
set -euo pipefail
cd "$(dirname "$0")/.."

# python3-venv: the environment; git: diffs of a rendered tree; debian-archive-keyring: what the archives of the lab's base
# system are signed with, which Ubuntu lacks; procps: ps, which the lab's tests ask what is left of a machine;
# systemd-container to gpg-agent: the lab's machines, their network, and what signs its stand-in packages; ibsim-utils to
# infiniband-diags: a fabric in a simulator, under the real subnet manager, read back as on real ones; the last four:
# servers that tests let read the DNS zones and DHCP reservations, and a client that asks them for an address
packages=(python3 python3-venv git openssh-client ca-certificates debian-archive-keyring procps
    systemd-container mmdebstrap iproute2 nftables gpg gpg-agent ibsim-utils opensm infiniband-diags
    bind9-utils kea-dhcp4-server dnsmasq-base udhcpc)

say() { printf '\033[1m==> %s\033[0m\n' "$*"; }

# Debian's opensm starts a subnet manager on every InfiniBand port once it is installed and at each boot, and Kea a DHCP
# server, which on a machine of a live network are one too many. Here they are called on simulated fabrics and files alone,
# so the service of a new one is masked.
keep_off() {
    local unit=/etc/systemd/system/$1
    if [ -e "$unit" ] || [ -L "$unit" ]; then return; fi
    say "masking $1, so that no $2 starts here (systemctl unmask $1 undoes it)"
    "${as_root[@]}" mkdir -p "${unit%/*}"
    "${as_root[@]}" ln -s /dev/null "$unit"
}

missing=()
for package in "${packages[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
    say "installing system packages: ${missing[*]}"
    as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    [[ " ${missing[*]} " != *" opensm "* ]] || keep_off opensm.service "subnet manager"
    [[ " ${missing[*]} " != *" kea-dhcp4-server "* ]] || keep_off kea-dhcp4-server.service "DHCP server"
    "${as_root[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

want="$(cat pyproject.toml constraints.txt | sha256sum | cut -d' ' -f1) $(pwd)"
if [ "$(cat .venv/.dgxops-stamp 2>/dev/null)" != "$want" ]; then
    say "making the virtual environment in .venv"
    python3 -m venv .venv
    .venv/bin/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
    echo "$want" >.venv/.dgxops-stamp
fi
say "ready: $(.venv/bin/dgxops --version)"
