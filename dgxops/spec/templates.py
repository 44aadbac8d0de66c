"""Naming templates: what may stand in one, checked before it is ever formatted."""

from __future__ import annotations

import re
import string

from dgxops.spec.messages import meant_or_known
from dgxops.spec.names import TEMPLATE_FIELDS, TEXT_FIELDS

_NUMBER_FORMAT = re.compile(r"(0[1-9])?d?")  # {index:03d}; a width without zeros would put spaces into a name


def fault_in(key: str, template: str) -> tuple[str, str] | None:
    """What is wrong with the template of ``naming.<key>``, and a hint; None when it can be formatted."""
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError:
        return f"the braces of '{template}' do not match", "a field looks like {index:03d}"
    fields = ((name, form or "", conversion) for _, name, form, conversion in parts if name is not None)
    return next((fault for field in fields if (fault := _field_fault(key, *field))), None)


def _field_fault(key: str, field: str, form: str, conversion: str | None) -> tuple[str, str] | None:
    known = sorted(TEMPLATE_FIELDS[key])
    if field not in known:
        return f"unknown field {{{field}}}", meant_or_known(field, known)
    if conversion:
        return f"!{conversion} does not belong into {{{field}}}", f"write {{{field}}}"
    if field in TEXT_FIELDS and form:
        return f"{{{field}}} is text and takes no format", f"write {{{field}}}"
    if not _NUMBER_FORMAT.fullmatch(form):
        return f"'{form[:20]}' is not a format for a number", f"{{{field}:03d}} makes three digits"
    return None
