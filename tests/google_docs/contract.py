"""What Google's APIs take and give, as closed schemas, from the discovery documents that the client ships."""

from __future__ import annotations

import json
import re
from typing import Any

from googleapiclient.discovery_cache import get_static_doc
from jsonschema import Draft202012Validator

Json = dict[str, Any]
_TYPES = {"any": {}, "string": {"type": "string"}, "integer": {"type": "integer"}, "boolean": {"type": "boolean"}}


class Method:
    """One method: its route, parameters, scopes, and the schemas of body and answer."""

    def __init__(self, api: str, raw: Json, shared: Json, schemas: Json) -> None:
        path = raw.get("flatPath", raw["path"]) if api == "docs" else raw["path"]
        prefix = "/" if api == "docs" else "/drive/v3/"
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/:?]+)", re.escape(prefix + path))
        self.id, self.verb, self.route = raw["id"], raw["httpMethod"], re.compile(pattern)
        self.scopes = set(raw.get("scopes", ()))
        self.parameters = {**shared, **{k: v for k, v in raw.get("parameters", {}).items() if v["location"] == "query"}}
        self.body = _validator(raw.get("request"), schemas)
        self.answer = _validator(raw.get("response"), schemas)

    def wrong_query(self, query: dict[str, str]) -> str | None:
        for name, value in query.items():
            known = self.parameters.get(name)
            if known is None:
                return f'Unknown name "{name}": Cannot bind query parameter.'
            if known["type"] == "boolean" and value not in ("true", "false"):
                return f"Invalid value at '{name}'"
            if "enum" in known and value not in known["enum"]:
                return f"Invalid value at '{name}'"
        missing = [n for n, p in self.parameters.items() if p.get("required") and n not in query]
        return f"Required parameter: {missing[0]}" if missing else None


def methods() -> list[Method]:
    found = []
    for api, version in (("docs", "v1"), ("drive", "v3")):
        raw = json.loads(get_static_doc(api, version))
        schemas = {name: _closed(schema) for name, schema in raw["schemas"].items()}
        for resource in raw["resources"].values():
            found += [Method(api, m, raw["parameters"], schemas) for m in resource.get("methods", {}).values()]
    return found


def wrong(validator: Draft202012Validator | None, value: Any) -> str | None:
    if validator is None:
        return None
    error = next(validator.iter_errors(value), None)
    return f"{'.'.join(map(str, error.path))}: {error.message[:200]}" if error else None


def _validator(reference: Json | None, schemas: Json) -> Draft202012Validator | None:
    if not reference:
        return None
    return Draft202012Validator({"$ref": f"#/$defs/{reference['$ref']}", "$defs": schemas})


def _closed(schema: Json) -> Json:
    """A discovery schema as a JSON Schema that takes no other field."""
    if "$ref" in schema:
        return {"$ref": f"#/$defs/{schema['$ref']}"}
    if schema.get("type") == "array":
        return {"type": "array", "items": _closed(schema["items"])}
    if schema.get("type") == "object":
        more = _closed(schema["additionalProperties"]) if "additionalProperties" in schema else False
        fields = {k: _closed(v) for k, v in schema.get("properties", {}).items()}
        return {"type": "object", "properties": fields, "additionalProperties": more}
    if schema.get("format") in ("int64", "uint64"):
        return {"type": ["string", "integer"]}
    if schema.get("type") == "number":
        return {"type": "number"}
    made = dict(_TYPES[schema["type"]])
    return made | ({"enum": schema["enum"]} if "enum" in schema else {})
