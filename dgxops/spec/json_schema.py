"""The JSON Schema of cluster.yml, for editors and other tools."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from dgxops import catalogue
from dgxops.spec.schema import ClusterFile

SCHEMA_ID = "urn:dgxops:schema:cluster"


class _Untitled(GenerateJsonSchema):
    """Without a title a key, which would only say the key again."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def json_schema() -> dict[str, Any]:
    """The schema, with the systems (their aliases too) and releases of the catalogue as the words that fit there."""
    schema = ClusterFile.model_json_schema(schema_generator=_Untitled)
    schema["properties"]["platform"]["enum"] = list(catalogue.load().platforms)
    schema["properties"]["platform"].pop("default")  # "" stands for none
    schema["$defs"]["Group"]["properties"]["platform"]["enum"] = list(catalogue.load().platforms)
    schema["properties"]["groups"]["minItems"] = 1
    schema["oneOf"] = [{"required": ["platform"]}, {"required": ["groups"]}]
    schema["$defs"]["Software"]["properties"]["release"]["enum"] = list(catalogue.release_ids())
    head = {"$schema": GenerateJsonSchema.schema_dialect, "$id": SCHEMA_ID, "title": "dgxops cluster.yml"}
    return {**schema, **head}
