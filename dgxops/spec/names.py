"""Names in cluster.yml: templates, and the fields that each may use."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from dgxops.spec.forms import Text

TEMPLATE_FIELDS: Mapping[str, frozenset[str]] = {
    "node": frozenset({"index", "su", "index_in_su", "rack", "rack_index", "index_in_rack"}),
    "head": frozenset({"index"}),
    "login": frozenset({"index"}),
    "k8s": frozenset({"index"}),
    "k8s_admin": frozenset({"index"}),
    "k8s_user": frozenset({"index"}),
    "service": frozenset({"index"}),
    "ufm": frozenset({"index"}),
    "leaf": frozenset({"su", "number"}),
    "spine": frozenset({"index"}),
    "core": frozenset({"index"}),
    "switch": frozenset({"fabric", "tier", "index"}),
    "rack": frozenset({"su", "index"}),
}
"""Fields that each naming template may use; all are whole numbers from 1 except those in TEXT_FIELDS."""

TEXT_FIELDS = frozenset({"rack", "fabric", "tier"})


class Part(BaseModel):
    """Every part of the spec: immutable, no unknown keys; a field's docstring is its description in the JSON Schema."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Naming(Part):
    """Templates of names, in Python's format syntax: {index:03d} is 007 for the seventh."""

    node: Text = "dgx-{index:03d}"
    """DGX systems: {index} (the position), {su}, {index_in_su}, {rack}, {rack_index} (in the unit), {index_in_rack}."""
    head: Text = "head-{index:02d}"
    """Head nodes: {index}."""
    login: Text = "login-{index:02d}"
    """Login nodes: {index}."""
    k8s: Text = "k8s-{index:02d}"
    """Machines of one Kubernetes: {index}."""
    k8s_admin: Text = "k8s-admin-{index:02d}"
    """Machines of a Kubernetes for administration: {index}."""
    k8s_user: Text = "k8s-user-{index:02d}"
    """Machines of a Kubernetes for users: {index}."""
    service: Text = "service-{index:02d}"
    """Other machines of the site's own: {index}."""
    ufm: Text = "ufm-{index:02d}"
    """UFM appliances: {index}."""
    leaf: Text = "leaf-{su:02d}-{number}"
    """Leaf switches: {su}, and {number} within the unit."""
    spine: Text = "spine-{index:02d}"
    """Spine switches: {index}."""
    core: Text = "core-{index:02d}"
    """Core switches of a three-tier fabric: {index}."""
    switch: Text = "{fabric}-{tier}-{index:02d}"
    """Switches of other fabrics: {fabric} (storage, inband, oob, oob-shared), {tier} (leaf, spine, core), {index}."""
    rack: Text = "su{su:02d}-r{index:02d}"
    """Racks of a scalable unit: {su}, and {index} within it."""


class GroupNaming(Part):
    """Templates of the names of what one group owns; null: as the cluster's, behind the group's name."""

    node: Text | None = None
    """DGX systems: {index} (the position in the group), {su}, {index_in_su}, {rack}."""
    ufm: Text | None = None
    """UFM appliances: {index}."""
    leaf: Text | None = None
    """Leaf switches: {su}, and {number} within the unit."""
    spine: Text | None = None
    """Spine switches: {index}."""
    core: Text | None = None
    """Core switches of a three-tier fabric: {index}."""
    switch: Text | None = None
    """Switches of the storage and in-band fabrics: {fabric}, {tier}, {index}."""
    rack: Text | None = None
    """Racks of a scalable unit: {su}, and {index} within it."""
