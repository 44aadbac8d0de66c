"""What pydantic finds wrong, said to the person who wrote it: what it wants, what it got, what was perhaps meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from ipaddress import IPv4Network
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from dgxops.spec.document import Path, dotted
from dgxops.spec.forms import FORMS
from dgxops.spec.schema import ClusterFile

Said = tuple[str, str]
"""A message and a hint."""

_WORDS_FOR_TRUE = {"yes", "y", "on", "1"}
_WORDS_FOR_FALSE = {"no", "n", "off", "0"}
_LONGEST = 40
_CREDENTIALS = re.compile(r"://[^/@]*@")


def closest(wrong: str, known: Iterable[str]) -> str | None:
    """The known word that is most like ``wrong``, whatever their case; None when none is."""
    by_lower = {word.lower(): word for word in known}
    close = get_close_matches(wrong.lower(), by_lower, n=1)
    return by_lower[close[0]] if close else None


def meant(wrong: str, known: Iterable[str]) -> str:
    """A hint with the known word that is most like ``wrong``; empty when none is."""
    word = closest(wrong, known)
    return f"did you mean {word}?" if word else ""


def meant_or_known(wrong: str, known: Iterable[str]) -> str:
    """As ``meant``; where nothing is close, the known words themselves."""
    known = tuple(known)
    return meant(wrong, known) or f"known: {', '.join(known)}"


def shown(value: object) -> str:
    """A value as a message shows it: never long, never with a line break."""
    value = getattr(value, "text", value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, Mapping):
        return "a mapping"
    if value is None:
        return "nothing"
    text = repr(_CREDENTIALS.sub("://***@", str(value)))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 2]}...' ({len(str(value))} characters)"


def say(error: ErrorDetails, path: Path) -> Said:
    """Message and hint for one of pydantic's errors about the value (or the missing or unknown key) at ``path``."""
    kind, value = error["type"], error.get("input")
    if kind == "extra_forbidden":
        return f"unknown key {shown(path[-1])}", _key_hint(path)
    if kind == "missing":
        return "is required", _MISSING_HINTS.get(dotted(path), "")
    if value is None:
        return "has no value", "give it one, or take the key out for its default"
    return _SAYINGS.get(kind, _anything)(value, error.get("ctx", {}), path)


_MISSING_HINTS = {
    "name": "such as name: pod1",
    "groups.name": "such as name: old",
    "groups.platform": "such as platform: dgx-a100",
}


def _key_hint(path: Path) -> str:
    *above, key = path
    known = keys_at(tuple(above))
    if hint := meant(str(key), known):
        return hint
    elsewhere = [place for place, name in _all_keys(ClusterFile, ()) if name == key]
    if 1 <= len(elsewhere) <= 2:
        return f"it belongs under {' or '.join(place or 'no other key' for place in elsewhere)}"
    return f"known: {', '.join(known)}"


def keys_at(path: Path) -> tuple[str, ...]:
    """The keys that the mapping at ``path`` may have."""
    return tuple(_model_at(path).model_fields)


def _model_at(path: Path) -> type[BaseModel]:
    model: type[BaseModel] = ClusterFile
    for step in path:
        if isinstance(step, str) and step in model.model_fields:  # else a name that the site gives, such as a port's
            model = _model_in(model.model_fields[step].annotation) or model
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation such as tuple[Partition, ...] is about."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _model_in(arg))), None)


def _all_keys(model: type[BaseModel], above: Path) -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        yield dotted(above), name
        if name == "groups":  # the same keys again
            continue
        if part := _model_in(field.annotation):
            yield from _all_keys(part, (*above, name))


def _text(value: Any, _: Mapping[str, Any], __: Path) -> Said:
    hint = f'in quotes it is text: "{shown(value)}"' if isinstance(value, bool) else ""
    return f"wants text, not {shown(value)}", hint


def _whole_number(value: Any, _: Mapping[str, Any], __: Path) -> Said:
    if isinstance(value, str) and value.isdigit() and len(value) < 10:
        return f"wants a whole number, not the text {shown(value)}", f"write {int(value)}, without quotes"
    return f"wants a whole number, not {shown(value)}", ""


def _switch(value: Any, _: Mapping[str, Any], __: Path) -> Said:
    word = str(value).lower()
    hint = "write true" if word in _WORDS_FOR_TRUE else "write false" if word in _WORDS_FOR_FALSE else ""
    return f"wants true or false, not {shown(value)}", hint


def _one_of(value: Any, context: Mapping[str, Any], path: Path) -> Said:
    if path[-1] == "omit":
        hint = meant(str(value), ("auto", "none")) or _list_hint(value)
        return f"wants auto, none or a list of node names, not {shown(value)}", hint
    if path[-1] == "gateway":
        return f"wants an IPv4 address, auto or null, not {shown(value)}", meant(str(value), ("auto", "null"))
    if path[-1] == "scalable_units":
        return f"wants a whole number or none, not {shown(value)}", meant(str(value), ("none",))
    known = re.findall(r"'([^']*)'", context["expected"])
    return f"wants {' or '.join(known)}, not {shown(value)}", meant(str(value), known) if len(known) > 1 else ""


def _too_small(value: Any, context: Mapping[str, Any], _: Path) -> Said:
    return f"{value} is too small: at least {context['ge']}", ""


def _too_large(value: Any, context: Mapping[str, Any], _: Path) -> Said:
    return f"{value} is too large: at most {context['le']}", ""


def _not_positive(value: Any, _: Mapping[str, Any], __: Path) -> Said:
    return f"{value} is too small: more than 0", ""


def _number(value: Any, _: Mapping[str, Any], __: Path) -> Said:
    return f"wants a number, not {shown(value)}", ""


def _names_and_values(value: Any, _: Mapping[str, Any], __: Path) -> Said:
    return f"wants names and what is said of each, not {shown(value)}", ""


def _form(value: Any, context: Mapping[str, Any], _: Path) -> Said:
    pattern = context["pattern"]
    tidy = str(value).strip().lower().replace("_", "-")
    hint = f"did you mean {tidy}?" if re.fullmatch(pattern, tidy) else ""
    return f"{shown(value)} does not fit: wants {FORMS[pattern]}", hint


def _too_long(value: Any, context: Mapping[str, Any], _: Path) -> Said:
    return f"is {len(value)} characters long: at most {context['max_length']}", ""


def _too_few(_: Any, __: Mapping[str, Any], ___: Path) -> Said:
    return "is an empty list", "give it an item, or take the key out for its default"


def _address(value: Any, _: Mapping[str, Any], __: Path) -> Said:
    return f"{shown(value)} is not an IPv4 address", _IPV6 if ":" in str(value) else "such as 10.10.0.1"


def _subnet(value: Any, _: Mapping[str, Any], __: Path) -> Said:
    text = str(getattr(value, "text", value))
    try:
        whole = IPv4Network(text, strict=False)
    except ValueError:
        return f"{shown(value)} is not an IPv4 subnet", _IPV6 if ":" in text else "such as 10.10.0.0/21"
    return f"{text} has host bits set", f"did you mean {whole}?"


def _no_prefix(value: Any, _: Mapping[str, Any], __: Path) -> Said:
    return f"{shown(value)} lacks its prefix length", "such as 10.10.0.0/21"


def _day(value: Any, _: Mapping[str, Any], __: Path) -> Said:
    return f"{shown(value)} is not a date", "year-month-day, such as 2026-11-20"


_IPV6 = "IPv6 is not known here yet"


def _mapping(value: Any, _: Mapping[str, Any], path: Path) -> Said:
    return f"wants keys and values, not {shown(value)}", f"known: {', '.join(keys_at(path))}"


def _list(value: Any, _: Mapping[str, Any], __: Path) -> Said:
    return f"wants a list, not {shown(value)}", _list_hint(value)


def _list_hint(value: object) -> str:
    return f"write [{value}]" if re.fullmatch(r"[A-Za-z0-9.-]+", str(value)) else ""


def _anything(value: Any, _: Mapping[str, Any], __: Path) -> Said:
    return f"{shown(value)} does not fit here", ""


_SAYINGS: Mapping[str, Callable[[Any, Mapping[str, Any], Path], Said]] = {
    "string_type": _text,
    "int_type": _whole_number,
    "bool_type": _switch,
    "literal_error": _one_of,
    "greater_than_equal": _too_small,
    "less_than_equal": _too_large,
    "string_pattern_mismatch": _form,
    "string_too_long": _too_long,
    "too_long": _too_long,
    "too_short": _too_few,
    "ip_v4_address": _address,
    "ip_v4_network": _subnet,
    "no_prefix_length": _no_prefix,
    "day": _day,
    "model_type": _mapping,
    "tuple_type": _list,
    "dict_type": _names_and_values,
    "mapping_type": _names_and_values,
    "greater_than": _not_positive,
    "float_type": _number,
}
