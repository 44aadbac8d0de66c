"""Rules about the site: people, time, names, file systems, secrets."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address
from urllib.parse import urlsplit

from dgxops.expand.people import uid_of
from dgxops.spec import time_zones
from dgxops.spec.document import Path
from dgxops.spec.messages import meant, shown
from dgxops.spec.role_variables import system_accounts
from dgxops.spec.rules.facts import Facts
from dgxops.spec.rules.fault import Fault, reads
from dgxops.spec.ssh_keys import key_fault

_SYSTEM_FOLDERS = re.compile(r"/(bin|boot|dev|etc|lib|lib32|lib64|proc|run|sbin|sys)(/.*)?|/(root|tmp|usr|var)?")
_SYSTEM_UIDS = range(60000, 65536)  # Debian Policy 9.2.2: fixed ones of packages, nobody, what may be no user
_MOST_NAME_SERVERS = 3  # resolv.conf(5): the C library reads no more (MAXNS)


@reads("site.timezone")
def timezone(facts: Facts) -> Iterator[Fault]:
    """The time zone is one of the IANA database, by a name that the hosts have."""
    wanted, place = facts.spec.site.timezone, ("site", "timezone")
    known = time_zones.known()
    if wanted in known:
        return
    if now := time_zones.renamed(wanted):
        yield Fault(place, f"{shown(wanted)} is an old name of a time zone, which the hosts lack", f"write {now}")
        return
    last = {name.rsplit("/", 1)[-1]: name for name in sorted(known)}
    hint = meant(wanted, known) or meant(last.get(wanted.replace(" ", "_").title(), ""), known)
    yield Fault(place, f"no time zone is called {shown(wanted)}", hint or "such as Europe/Berlin")


@reads("site.ssh_user")
def ssh_user(facts: Facts) -> Iterator[Fault]:
    """Ansible does not log in as root, for whom the hosts are closed."""
    if facts.spec.site.ssh_user == "root":
        yield Fault(("site", "ssh_user"), "root may no longer log in once a host is set up", "name a user with sudo")


@reads("site.admins.*.name", "site.ssh_user")
def admin_names(facts: Facts) -> Iterator[Fault]:
    """No admin twice, and none that is a user of the system or Ansible's own."""
    seen: set[str] = set()
    for number, admin in enumerate(facts.spec.site.admins):
        place: Path = ("site", "admins", number, "name")
        if system_accounts().fullmatch(admin.name):
            yield Fault(place, f"{admin.name} is a user of the operating system or of a service", "name a person")
        elif admin.name == facts.spec.site.ssh_user:
            yield Fault(place, f"{admin.name} is the user that Ansible logs in as (site.ssh_user)", "name a person")
        elif admin.name in seen:
            yield Fault(place, f"{admin.name} is listed already", "put all keys of a person under one name")
        seen.add(admin.name)


@reads("site.admins.*.name")
def admin_uids(facts: Facts) -> Iterator[Fault]:
    """No two admins have one number, and none has one that the system keeps for itself."""
    owners: dict[int, str] = {}
    for number, admin in enumerate(facts.spec.site.admins):
        place: Path = ("site", "admins", number, "uid")
        uid = uid_of(admin.name, admin.uid)
        owner = owners.setdefault(uid, admin.name)
        if uid in _SYSTEM_UIDS:
            kept = f"{_SYSTEM_UIDS[0]} to {_SYSTEM_UIDS[-1]} are the operating system's"
            yield Fault(place, f"{uid} cannot be a person's number: {kept}")
        elif owner != admin.name:
            said = str(uid) if admin.uid else f"{uid}, which follows from the name,"
            hint = f"give {admin.name} a uid of its own"
            yield Fault(place, f"{said} is the number of {owner} too", hint, cause=(*place[:-1], "name"))


@reads()
def admin_keys(facts: Facts) -> Iterator[Fault]:
    """Every key is an OpenSSH public key, and nobody has one twice."""
    for number, admin in enumerate(facts.spec.site.admins):
        for which, key in enumerate(admin.keys):
            place: Path = ("site", "admins", number, "keys", which)
            if said := key_fault(key):
                yield Fault(place, *said)
            elif key.split()[:2] in [other.split()[:2] for other in admin.keys[:which]]:
                yield Fault(place, f"{admin.name} has this key already", "keep one of them")


@reads()
def mirror(facts: Facts) -> Iterator[Fault]:
    """The mirror's address can be used."""
    address = facts.spec.site.mirror
    try:
        urlsplit(address or "").port  # noqa: B018 - parsing it is the check
    except ValueError:
        yield Fault(("site", "mirror"), f"{shown(address)} has no usable port", "1 to 65535")


@reads()
def servers(facts: Facts) -> Iterator[Fault]:
    """What looks like an IPv4 address is one."""
    site = facts.spec.site
    places: list[tuple[Path, str]] = [(("site", "ntp", n), server) for n, server in enumerate(site.ntp)]
    places += [(("storage", n, "server"), fs.server) for n, fs in enumerate(facts.spec.storage)]
    for place, server in places:
        if server.replace(".", "").isdigit() and not _is_address(server):
            yield Fault(place, f"{shown(server)} is neither a host name nor an IPv4 address", "such as 10.10.0.5")


def _is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return True


@reads()
def once_each(facts: Facts) -> Iterator[Fault]:
    """No server or domain stands twice in its list, and there are no more name servers than the resolver reads."""
    for key in ("ntp", "dns", "dns_search"):
        values = [str(value) for value in getattr(facts.spec.site, key)]
        for number, value in enumerate(values):
            if value in values[:number]:
                yield Fault(("site", key, number), f"{value} is listed already", "keep one of them")
    for number, server in enumerate(facts.spec.site.dns):
        if number >= _MOST_NAME_SERVERS:
            yield Fault(("site", "dns", number), f"the resolver reads {_MOST_NAME_SERVERS} name servers, not this one")
        if server.is_unspecified or server.is_multicast or server.is_reserved:
            yield Fault(("site", "dns", number), f"no server can have the address {server}")


@reads("domain", "site.dns_search.*")
def domains(facts: Facts) -> Iterator[Fault]:
    """A domain is one in which hosts can have names; what was written in another form is said elsewhere."""
    places: list[tuple[Path, str]] = [(("domain",), facts.spec.domain)]
    places += [(("site", "dns_search", n), domain) for n, domain in enumerate(facts.spec.site.dns_search)]
    for place, domain in places:
        what = _SPECIAL_DOMAINS.get(domain.rsplit(".", 1)[-1])
        if what and not domain.endswith(_HOME):
            yield Fault(place, f"no host can have a name in {domain}: {what}", "such as pod1.example.com")


_SPECIAL_DOMAINS = {
    "arpa": "arpa is for names made of addresses",
    "localhost": "localhost is every host's own",
    "invalid": "invalid is never found",
}
"""Top-level domains without hosts (RFC 3172; RFC 6761, sections 6.3 and 6.4)."""
_HOME = "home.arpa"  # for residential networks, RFC 8375


@reads("storage.*.name", "storage.*.mount")
def filesystems(facts: Facts) -> Iterator[Fault]:
    """No two file systems share a name or a mount point."""
    for key in ("name", "mount"):
        values = [getattr(fs, key) for fs in facts.spec.storage]
        for number, value in enumerate(values):
            if value in values[:number]:
                yield Fault(("storage", number, key), f"a file system above has the {key} {value} too", "use another")


@reads()
def folders(facts: Facts) -> Iterator[Fault]:
    """Folders are written plainly, and nothing covers the operating system."""
    places: list[tuple[Path, str]] = [(("storage", n, "mount"), fs.mount) for n, fs in enumerate(facts.spec.storage)]
    places.append((("slurm", "state_save_location"), facts.spec.slurm.state_save_location))
    for place, folder in places:
        tidy = posixpath.normpath(folder).replace("//", "/")
        if tidy != folder:
            yield Fault(place, f"{shown(folder)} is not written plainly", f"write {tidy}")
        elif _SYSTEM_FOLDERS.fullmatch(folder):
            yield Fault(place, f"{folder} belongs to the operating system", "such as /home or /srv/slurm/state")


@reads("secrets")
def secrets(facts: Facts) -> Iterator[Fault]:
    """A command is there when it is the source of secrets, and only then."""
    source, command = facts.spec.secrets.source, facts.spec.secrets.command
    if source == "command" and command is None:
        hint = "command: [program, argument]"
        yield Fault(("secrets", "command"), "is required with source: command", hint, cause=("secrets", "source"))
    if source == "vault" and command is not None:
        yield Fault(("secrets", "command"), "has no use with source: vault", "take it out, or write source: command")
