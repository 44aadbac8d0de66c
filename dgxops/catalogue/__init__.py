"""Facts about systems, switches, reference architectures and releases, as YAML with a typed loader; no logic."""

from dgxops.catalogue.loader import Catalogue, architecture_ids, load, release_ids, system_ids

__all__ = ["Catalogue", "architecture_ids", "load", "release_ids", "system_ids"]
