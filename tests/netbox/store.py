"""The objects of a NetBox that tests push to, held to what :mod:`tests.netbox.schema` says; no HTTP here."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from ipaddress import ip_interface, ip_network
from typing import Any

from tests.netbox.schema import MODELS, Field, Model

Row = dict[str, Any]
Errors = dict[str, list[str]]
SITES, DEVICES, INTERFACES, CABLES = "dcim/sites", "dcim/devices", "dcim/interfaces", "dcim/cables"
ADDRESSES, TAGS, TYPES, RACKS = "ipam/ip-addresses", "extras/tags", "dcim/device-types", "dcim/racks"


class Invalid(Exception):
    """What a serializer or a model finds wrong with one object."""

    def __init__(self, errors: Errors) -> None:
        super().__init__(str(errors))
        self.errors = errors


class Protected(Exception):
    """Something refers to what was to be deleted."""


class Store:
    """Rows by endpoint and number, with the indexes that NetBox's constraints need."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[int, Row]] = {name: {} for name in MODELS}
        self.templates: dict[int, list[tuple[str, str]]] = {}  # of interfaces, by device type
        self._unique: dict[tuple[str, tuple[str, ...]], dict[tuple[Any, ...], int]] = defaultdict(dict)
        self._hosts: dict[str, int] = {}  # host address -> number; ENFORCE_GLOBAL_UNIQUE is NetBox's default
        self._held: dict[int, int] = {}  # interface -> cable
        self._in_rack: dict[int, set[int]] = defaultdict(set)
        self._last: dict[str, int] = defaultdict(int)

    def add(self, endpoint: str, /, **values: Any) -> int:
        """An object that somebody else makes."""
        return self.save(endpoint, None, self.valid(endpoint, values, None))

    def cable_of(self, interface: int) -> int | None:
        return self._held.get(interface)

    def valid(self, name: str, data: Mapping[str, Any], number: int | None) -> Row:
        """The whole row after a change, or that of a new object. Raises Invalid."""
        model = MODELS[name]
        unknown = set(data) - set(model.fields) - {"tags", "id"}
        assert not unknown, f"{name} has no field {unknown}"  # NetBox ignores those: a mistake of the pusher
        errors: Errors = {}
        row: Row = dict(self.rows[name][number]) if number else {k: f.default for k, f in model.fields.items()}
        for key, field in model.fields.items():
            if key in data:
                try:
                    row[key] = self._value(field, data[key])
                except ValueError as error:
                    errors[key] = [str(error)]
            elif number is None and field.required:
                errors[key] = ["This field is required."]
        row["tags"] = self._tags(model, data, row, errors)
        if errors:
            raise Invalid(errors)
        self._constraints(name, row, number)
        check = getattr(self, f"_clean_{name.split('/')[1].replace('-', '_')}", None)
        if check:
            check(row, number, data)
        return row

    def _tags(self, model: Model, data: Mapping[str, Any], row: Row, errors: Errors) -> list[int]:
        tags = data.get("tags", row.get("tags", []))
        if tags and not model.tagged:
            errors["tags"] = ["Unexpected."]
        missing = [t for t in tags if t not in self.rows[TAGS]]
        if missing:
            errors["tags"] = [f"Related object not found using the provided numeric ID: {missing[0]}"]
        return list(tags)

    def _value(self, field: Field, value: Any) -> Any:
        return getattr(self, f"_as_{field.kind}")(field, value)

    def _as_text(self, field: Field, value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError("Not a valid string.")
        if not value and not field.blank:
            raise ValueError("This field may not be blank.")
        if field.longest and len(value) > field.longest:
            raise ValueError(f"Ensure this field has no more than {field.longest} characters.")
        if value and field.pattern and not re.fullmatch(field.pattern, value):
            raise ValueError("Enter a valid value.")
        return value

    def _as_choice(self, field: Field, value: Any) -> Any:
        if value in ("", None) and field.blank:
            return ""
        if value not in field.choices:
            raise ValueError(f"{value} is not a valid choice.")
        return value

    def _as_type(self, field: Field, value: Any) -> Any:
        if value is not None and value not in field.choices:
            raise ValueError(f"Invalid content type: {value}")
        return value

    def _as_number(self, field: Field, value: Any) -> Any:
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise ValueError("A valid number is required.")
        return value

    def _as_flag(self, field: Field, value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError("Must be a valid boolean.")
        return value

    def _as_ref(self, field: Field, value: Any) -> int | None:
        if value is None and not field.required:
            return None
        if not isinstance(value, int) or value not in self.rows[field.target]:
            raise ValueError(f"Related object not found using the provided numeric ID: {value}")
        return value

    def _as_network(self, field: Field, value: Any) -> str:
        return str(ip_network(value))

    def _as_address(self, field: Field, value: Any) -> str:
        return str(ip_interface(value))

    def _as_terminations(self, field: Field, value: Any) -> list[int]:
        if not isinstance(value, list):
            raise ValueError('Expected a list of items but got type "dict".')
        for end in value:
            if set(end) != {"object_type", "object_id"} or end["object_type"] != "dcim.interface":
                raise ValueError("object_type and object_id are required.")
            if end["object_id"] not in self.rows[INTERFACES]:
                raise ValueError(f"Invalid object: {end['object_id']}")
        return [end["object_id"] for end in value]

    def _values(self, row: Row, fields: tuple[str, ...]) -> tuple[Any, ...] | None:
        """None where one is empty: NULL differs from NULL."""
        got = tuple(str(row[f[1:]]).lower() if f[0] == "~" else row[f] for f in fields)
        return None if any(v in (None, "") for v in got) else got

    def _constraints(self, name: str, row: Row, number: int | None) -> None:
        for fields in MODELS[name].unique:
            values = self._values(row, fields)
            holder = self._unique[name, fields].get(values) if values else None
            if holder not in (None, number):
                if len(fields) == 1:
                    raise Invalid({fields[0]: [f"{name} with this {fields[0]} already exists."]})
                raise Invalid({"__all__": [f"Constraint {'_'.join(fields)} is violated."]})

    def _clean_devices(self, row: Row, number: int | None, data: Mapping[str, Any]) -> None:
        rack, position = self.rows[RACKS].get(row["rack"]), row["position"]
        height = self.rows[TYPES][row["device_type"]]["u_height"]
        if rack and rack["site"] != row["site"]:
            raise Invalid({"rack": ["Rack does not belong to site."]})
        if rack is None and (row["face"] or position):
            raise Invalid({"face": ["Cannot select a rack face without assigning a rack."]})
        if position and not row["face"]:
            raise Invalid({"face": ["Must specify rack face when defining rack position."]})
        if position and not height:
            raise Invalid({"position": ["A 0U device type cannot be assigned to a rack position."]})
        if rack and position:
            self._room(row, number, rack, height)
        for field in ("primary_ip4", "oob_ip"):
            address = self.rows[ADDRESSES].get(row[field])
            port = self.rows[INTERFACES].get(address["assigned_object_id"]) if address else None
            if address and (port is None or port["device"] != number):
                raise Invalid({field: [f"The specified IP address ({address['address']}) is not assigned."]})

    def _room(self, row: Row, number: int | None, rack: Row, height: float) -> None:
        units = set(range(int(row["position"]), int(row["position"] + height)))
        taken: set[int] = set()
        for other in self._in_rack[row["rack"]] - {number}:
            there = self.rows[DEVICES][other]
            if there["position"]:
                size = self.rows[TYPES][there["device_type"]]["u_height"]
                taken |= set(range(int(there["position"]), int(there["position"] + size)))
        if units & taken or max(units) > rack["u_height"]:
            raise Invalid({"position": [f"U{row['position']} is already occupied or does not have sufficient space."]})

    def _clean_interfaces(self, row: Row, number: int | None, data: Mapping[str, Any]) -> None:
        if number and row["device"] != self.rows[INTERFACES][number]["device"]:
            raise Invalid({"device": ["Components cannot be moved to a different device."]})
        if row["type"] in ("virtual", "lag") and number in self._held:
            raise Invalid({"type": ["Virtual interfaces cannot have a cable attached."]})

    def _clean_cables(self, row: Row, number: int | None, data: Mapping[str, Any]) -> None:
        a, b = row["a_terminations"] or [], row["b_terminations"] or []
        if not a or not b:
            raise Invalid({"__all__": ["Must define A and B terminations when creating a new cable."]})
        if set(a) & set(b):
            raise Invalid({"__all__": ["A and B terminations cannot connect to the same object."]})
        if row["length"] is not None and not row["length_unit"]:
            raise Invalid({"__all__": ["Must specify a unit when setting a cable length"]})
        for port in (*a, *b):
            if self._held.get(port) not in (None, number):
                raise Invalid({"__all__": [f"Duplicate termination found for dcim.interface {port}"]})
            if self.rows[INTERFACES][port]["type"] in ("virtual", "lag"):
                raise Invalid({"__all__": ["Cables cannot be terminated to virtual interfaces"]})

    def _clean_ip_addresses(self, row: Row, number: int | None, data: Mapping[str, Any]) -> None:
        address = ip_interface(row["address"])
        if self._hosts.get(str(address.ip)) not in (None, number):
            raise Invalid({"address": [f"Duplicate IP address found in global table: {address}"]})
        if address.ip in (address.network.network_address, address.network.broadcast_address):
            raise Invalid({"__all__": [f"{address.ip} may not be assigned to an interface."]})
        if row["assigned_object_id"] and row["assigned_object_id"] not in self.rows[INTERFACES]:
            raise Invalid({"assigned_object_id": ["Object not found."]})
        if number:
            self._refuse_move(row, number)

    def _refuse_move(self, row: Row, number: int) -> None:
        before = self.rows[INTERFACES].get(self.rows[ADDRESSES][number]["assigned_object_id"])
        after = self.rows[INTERFACES].get(row["assigned_object_id"])
        if before is None or (after and after["device"] == before["device"]):
            return
        device = self.rows[DEVICES][before["device"]]
        if number in (device["primary_ip4"], device["oob_ip"]):
            raise Invalid({"__all__": ["Cannot reassign IP address while it is designated as the primary IP"]})

    def save(self, name: str, number: int | None, row: Row) -> int:
        """Write a valid row; its number."""
        if number is None:
            self._last[name] += 1
            number = self._last[name]
        else:
            self._unindex(name, number)
        self.rows[name][number] = row
        self._index(name, number, row)
        return number

    def instantiate(self, device: int) -> None:
        """A new device gets the interfaces of its type."""
        for port, kind in self.templates.get(self.rows[DEVICES][device]["device_type"], []):
            self.add(INTERFACES, device=device, name=port, type=kind)

    def _index(self, name: str, number: int, row: Row) -> None:
        for fields in MODELS[name].unique:
            values = self._values(row, fields)
            if values:
                self._unique[name, fields][values] = number
        if name == ADDRESSES:
            self._hosts[str(ip_interface(row["address"]).ip)] = number
        if name == CABLES:
            self._held |= dict.fromkeys((*row["a_terminations"], *row["b_terminations"]), number)
        if name == DEVICES and row["rack"]:
            self._in_rack[row["rack"]].add(number)

    def _unindex(self, name: str, number: int) -> None:
        row = self.rows[name][number]
        for fields in MODELS[name].unique:
            values = self._values(row, fields)
            if values and self._unique[name, fields].get(values) == number:
                del self._unique[name, fields][values]
        if name == ADDRESSES:
            self._hosts.pop(str(ip_interface(row["address"]).ip), None)
        if name == CABLES:
            for port in (*row["a_terminations"], *row["b_terminations"]):
                self._held.pop(port, None)
        if name == DEVICES:
            self._in_rack[row["rack"]].discard(number)

    def delete(self, name: str, number: int) -> None:
        """Delete, with what cascades. Raises Protected."""
        for other, field in MODELS[name].protects:
            users = [n for n, row in self.rows[other].items() if row[field] == number]
            if users:
                raise Protected(f"Unable to delete object. {len(users)} dependent objects were found: {users}")
        self._cascade(name, number)
        self._unindex(name, number)
        del self.rows[name][number]

    def _cascade(self, name: str, number: int) -> None:
        below = {DEVICES: (INTERFACES, "device"), INTERFACES: (ADDRESSES, "assigned_object_id")}.get(name)
        if below:
            for lower in [n for n, row in self.rows[below[0]].items() if row[below[1]] == number]:
                self.delete(below[0], lower)
        if name == INTERFACES:
            cable = self._held.pop(number, None)
            if cable:  # the cable stays with one end
                row = self.rows[CABLES][cable]
                for side in ("a_terminations", "b_terminations"):
                    row[side] = [port for port in row[side] if port != number]
        elif name == ADDRESSES:
            for row in self.rows[DEVICES].values():
                for field in ("primary_ip4", "oob_ip"):
                    if row[field] == number:
                        row[field] = None
