"""The cluster's secrets: generated once, kept encrypted, never shown.

``munge_key`` is base64 text of 1024 random bytes (the text is what the key file holds), ``slurm_database_password``
64 hexadecimal digits. They live in an ansible-vault file, or a program of the site prints them.
"""

from dgxops.secrets.store import NAMES, Secrets, Source, create, load

__all__ = ["NAMES", "Secrets", "Source", "create", "load"]
