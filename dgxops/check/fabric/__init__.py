"""Laws of any switched fabric, over its switches and links: nothing here knows an architecture."""

from dgxops.check.fabric.laws import prove_fabrics

__all__ = ["prove_fabrics"]
