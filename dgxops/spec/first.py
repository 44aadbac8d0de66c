"""The first cluster.yml of a site: a few answers in, a commented file out."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping

from dgxops import catalogue
from dgxops.errors import InputError, Problem
from dgxops.spec import loads
from dgxops.spec.document import resolve
from dgxops.spec.first_rented import UNASKED, is_left_to_write, is_rented, rented_spec
from dgxops.spec.forms import CLUSTER

DEFAULTS: Mapping[str, str] = {
    "name": "pod1",
    "platform": "dgx-h100",
    "architecture": "null",
    "scalable_units": "1",
    "nodes": "null",
    "fabric": "none",
    "management": "10.10.0.0/21",
    "oob": "10.20.0.0/16",
    "head": "2",
    "login": "2",
    "timezone": "UTC",
    "mirror": "null",
}
"""What is written for a question without an answer; the domain follows from the name."""

PLACES: Mapping[str, str] = {
    "management": "networks.management.subnet",
    "oob": "networks.oob.subnet",
    "head": "services.head",
    "login": "services.login",
    "timezone": "site.timezone",
    "mirror": "site.mirror",
    "admins": "site.admins",
}
"""Where an answer stands in the file, when not under its own name."""

PLAIN = "none"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]*")

_TEMPLATE = """\
# The one file that describes this cluster; everything else follows from it: `dgxops show`, `dgxops render`.
# All keys, with what they mean: `dgxops schema`. Every fault of this file: `dgxops validate`.
name: {name}
domain: {domain}
platform: {platform}
{built}
# What hosts are called: {{index}} counts from 1 on; also {{su}}, {{index_in_su}}, {{rack}} and {{index_in_rack}}.
naming: {{node: "dgx-{{index:03d}}"}}

networks:
  management: {{subnet: {management}}}  # in-band: SSH, Slurm, provisioning; its first address is the router
  oob: {{subnet: {oob}}}  # BMCs and the management ports of switches
  compute: {{subnet: 100.126.0.0/16}}  # IPoIB, one address a rail
  storage: {{subnet: 100.127.0.0/16}}

services:
  head: {head}  # Slurm's controllers; 2 are a highly available pair and need a shared folder for their state
  login: {login}

# File systems that every host mounts; server: managed is a head node, or the name of a server you have.
storage:
  - {{name: home, kind: nfs, mount: /home, server: managed}}

slurm:
  partitions:
    - {{name: batch, nodes: all, default: true, max_time: UNLIMITED}}  # nodes: all, or a set: "dgx-[001-008]"

software: {{release: "2026.10"}}  # a tested set of versions

site:
  timezone: {timezone}
  mirror: {mirror}  # package mirror, http(s)://...; null: the public archives
  # Who may log in everywhere and use sudo: - {{name: jo, keys: ["ssh-ed25519 AAAA... jo@desk"]}}
  admins:{admins}
"""


_UNITS = """\
scalable_units: {scalable_units}  # growing this renames and readdresses nothing; grow_to: N sizes the spines for it now
nodes: {nodes}  # populate only the first so many positions; null: all of them
omit: auto  # positions whose leaf ports the reference architecture gives to UFM; or none, or a list of node names
"""

_PLAIN_GROUP = """\
scalable_units: none  # a plain group: no reference architecture
nodes: {nodes}  # how many systems there are
fabric: {fabric}  # none, direct (two systems, port to port), or the model of the switches
"""


def first_spec(answers: Mapping[str, str], admins: Mapping[str, list[str]]) -> str:
    """Text of a cluster.yml with these answers; ``admins`` are public keys by name. Nothing is checked here."""
    words = {**DEFAULTS, "domain": default_of("domain", {**DEFAULTS, **answers}), **answers}
    words["scalable_units"] = default_of("scalable_units", words if "scalable_units" in answers else answers)
    scalars = {key: _scalar(key, value) for key, value in words.items()}
    if is_rented(words["platform"]):
        return rented_spec(scalars, answers, _admins(admins))
    return _TEMPLATE.format(**scalars, built=_built(words, scalars), admins=_admins(admins))


def _built(words: Mapping[str, str], scalars: Mapping[str, str]) -> str:
    """What is built of which systems, with the comments that fit."""
    if words["scalable_units"] == PLAIN:
        return _PLAIN_GROUP.format(**scalars)
    named = words["architecture"] != DEFAULTS["architecture"]
    architecture = f"architecture: {scalars['architecture']}\n" if named else ""
    return architecture + _UNITS.format(**scalars)


def _scalar(key: str, value: str) -> str:
    """The value as YAML that reads as what was meant: numbers and null bare, text in quotes where it needs them."""
    if value == DEFAULTS.get(key):
        return value
    numeric = key in ("scalable_units", "nodes", "head", "login")
    bare = _PLAIN.fullmatch(value) and (numeric or isinstance(resolve(value), str))
    return value if bare else json.dumps(value)


def _admins(admins: Mapping[str, list[str]]) -> str:
    if not admins:
        return " []"
    return "".join(f"\n    - {{name: {json.dumps(name)}, keys: {json.dumps(keys)}}}" for name, keys in admins.items())


def default_of(key: str, answers: Mapping[str, str]) -> str:
    """What is suggested for a question, after these answers."""
    if key == "scalable_units" and key not in answers and not architectures(answers.get("platform", "")):
        return PLAIN
    if key == "architecture" and key not in answers and asked(key, answers):
        return architectures(answers["platform"])[0]
    if key == "nodes" and key not in answers and answers.get("scalable_units") == PLAIN:
        return "2"
    return answers.get(key) or DEFAULTS.get(key) or f"{answers['name']}.internal"


def architectures(platform: str) -> tuple[str, ...]:
    """Ids of the reference architectures of a platform; of one that is not known, those of the default."""
    known = catalogue.load()
    system = platform if platform in known.platforms else DEFAULTS["platform"]
    return tuple(a.id for a in known.architectures_of(system))


def asked(key: str, answers: Mapping[str, str]) -> bool:
    """Whether a question makes sense after these answers: which of several architectures, how many plain systems."""
    if key in UNASKED and is_rented(answers.get("platform", "")):
        return False
    if key == "architecture":
        return len(architectures(answers.get("platform", DEFAULTS["platform"]))) > 1
    return key != "nodes" or answers.get("scalable_units") == PLAIN


def fitting_name(folder: str) -> str:
    """The folder's name where a cluster can be called so."""
    return folder if re.fullmatch(CLUSTER, folder) else DEFAULTS["name"]


def faults(text: str, only: Collection[str] | None = None) -> list[Problem]:
    """What is wrong with the text; with ``only``, what is wrong with these answers."""
    try:
        loads("cluster.yml", text.encode())
    except InputError as error:
        found = [p for p in error.problems if not is_left_to_write(text, p.path)]
        return [p for p in found if only is None or _answer_at(p.path) in only]
    return []


def as_option(path: str) -> str:
    """The option that answers for a place in the file; the place itself when none does."""
    answer = _answer_at(path)
    options = {**dict.fromkeys((*DEFAULTS, "domain"), answer), "admins": "admin"}
    return f"--{options[answer].replace('_', '-')}" if answer in options else path


def _answer_at(path: str) -> str:
    return next((answer for answer, place in PLACES.items() if path.startswith(place)), path)
