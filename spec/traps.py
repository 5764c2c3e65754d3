# SPDX-License-Identifier: Apache-2.0
"""Constructs of OpenAPI that the generator accepts and silently gets wrong; the description avoids them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

Document = Mapping[str, Any]

FORM = "application/x-www-form-urlencoded"
CHANGED_BY_DECODING = {"date", "date-time", "uuid", "binary"}
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


def find(document: Document) -> list[str]:
    """Every trap of the description, as ``where: why``."""
    schemas = document["components"]["schemas"]
    found = [*_in_schema(schemas, "#/components/schemas")]
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                found += _in_operation(operation, schemas, f"{method} {path}")
    return found


def _in_schema(node: Any, where: str) -> Iterator[str]:
    if isinstance(node, dict):
        members = cast("Document", node)
        yield from _in_object(members, where)
        for key, value in members.items():
            yield from _in_schema(value, f"{where}/{key}")
    elif isinstance(node, list):
        for index, item in enumerate(cast("list[object]", node)):
            yield from _in_schema(item, f"{where}/{index}")


def _in_object(node: Document, where: str) -> Iterator[str]:
    if "allOf" in node:
        yield f"{where}: allOf hides the markers of inherited members; spell the members out"
    if "default" in node and "type" in node:
        yield f"{where}: a default would be sent as if the caller had asked for it"
    if "enum" in node:
        yield f"{where}: a newer server may send another value; use a string and examples"
    if node.get("format") in CHANGED_BY_DECODING:
        yield f"{where}: format {node['format']} changes the JSON value; keep the string or the number"


def _in_operation(operation: Document, schemas: Document, where: str) -> Iterator[str]:
    for parameter in operation.get("parameters", []):
        yield from _in_schema(parameter.get("schema", {}), f"{where}/{parameter.get('name')}")
    content = operation.get("requestBody", {}).get("content", {})
    if len(content) > 1:
        yield f"{where}: more than one request content type"
    body = content.get(FORM, {}).get("schema", {})
    body = schemas.get(body.get("$ref", "").rpartition("/")[2], body)
    for name, member in body.get("properties", {}).items():
        if "$ref" in member or member.get("type") == "object":
            yield f"{where}: form field {name} is an object; a form has no way to write it"
