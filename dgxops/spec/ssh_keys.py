"""OpenSSH public keys, as people paste them."""

from __future__ import annotations

import binascii
from base64 import b64decode

KINDS = (
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
)
"""Kinds of keys that OpenSSH takes today (sshd_config(5), PubkeyAcceptedAlgorithms; ssh-dss is gone)."""


def key_fault(line: str) -> tuple[str, str] | None:
    """What is wrong with a line of authorized_keys without options, and a hint; None for a good one.

    The message never holds the line: someone may have pasted a private key.
    """
    if "PRIVATE KEY" in line:
        return "this is a PRIVATE key: it is no longer secret", "make a new pair, and paste the line of its .pub file"
    if "\n" in line.strip():
        return "is more than one line", "one key an item"
    kind, _, rest = line.strip().partition(" ")
    if kind not in KINDS:
        return "is not an OpenSSH public key", "the line of an id_ed25519.pub file: ssh-ed25519 AAAA... comment"
    return None if _body_fits(kind, rest.split(" ")[0]) else ("the key is damaged or cut off", "paste the whole line")


def _body_fits(kind: str, body: str) -> bool:
    """Whether the base64 holds whole length-prefixed fields, the first of them the kind (RFC 4253, 6.6)."""
    try:
        blob = b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return False
    fields = _fields(blob)
    return fields is not None and len(fields) >= 2 and fields[0] == kind.encode()


def _fields(blob: bytes) -> list[bytes] | None:
    fields = []
    while blob:
        length = int.from_bytes(blob[:4], "big")
        if len(blob) < 4 + length:
            return None
        fields.append(blob[4 : 4 + length])
        blob = blob[4 + length :]
    return fields
