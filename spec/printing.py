# SPDX-License-Identifier: Apache-2.0
"""What the templates ask: the Python for a member, a parameter or a body of the description."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from openapi_python_client.parser.bodies import Body, BodyType
from openapi_python_client.parser.properties import AnyProperty, ModelProperty
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.schema import Reference
from traps import METHODS

if TYPE_CHECKING:
    from jinja2 import Environment
    from openapi_python_client.parser.openapi import Endpoint
    from openapi_python_client.parser.properties.protocol import PropertyProtocol
    from openapi_python_client.parser.responses import Response

Document = Mapping[str, Any]

SCALARS: Mapping[type, tuple[str, str]] = {
    BooleanProperty: ("boolean", "bool"),
    IntProperty: ("integer", "int"),
    StringProperty: ("text", "str"),
}
WIDTH = 110


class UnprintableError(Exception):
    """The description uses something that the templates do not print."""


class Printer:
    """The Python names, types and decoders of one description."""

    def __init__(self, document: Document, names: Mapping[str, str], reserved: Iterable[str]) -> None:
        self._document = document
        self._names = names
        self._reserved = frozenset(reserved)

    def install(self, environment: Environment) -> None:
        """Make every public method a filter of the templates."""
        for name in dir(self):
            if not name.startswith("_") and name != "install":
                environment.filters[name] = getattr(self, name)

    # names and types

    def attribute(self, member: PropertyProtocol) -> str:
        """Attribute of a member: with a trailing ``_`` where it would hide one of ``dict`` or ``Model``."""
        name = self._names.get(_wire(member), str(member.python_name))
        return f"{name}_" if name in self._reserved else name

    def argument(self, parameter: PropertyProtocol, endpoint: Endpoint) -> str:
        """Argument of ``build_request`` for a parameter."""
        wire = _wire(parameter)
        return self._names.get(f"{endpoint.name}.{wire}") or self._names.get(wire, str(parameter.python_name))

    def annotation(self, value: PropertyProtocol) -> str:
        """Type of a value; ``None`` stands for an absent one."""
        base = self._type(value)
        return base if value.required or base == "Any" else f"{base} | None"

    def _type(self, value: PropertyProtocol) -> str:
        return str(value.get_type_string(no_optional=True).as_unembedded_code())

    # decoders

    def decoder(self, value: PropertyProtocol, model: ModelProperty | None = None) -> str:
        """Expression for the decoder of a value."""
        expression = self._decoder(value)
        if model is not None and self._member(model, value).get("x-mapped"):
            return f"Mapped({expression})"
        return expression

    def kind(self, value: PropertyProtocol) -> str:
        """The exact type of which a value needs no decoding, or ``None``."""
        return SCALARS.get(type(value), ("", "None"))[1]

    def _decoder(self, value: PropertyProtocol) -> str:
        if type(value) in SCALARS:
            return SCALARS[type(value)][0]
        if isinstance(value, AnyProperty):
            return "anything"
        if isinstance(value, ModelProperty):
            return f"model({value.class_info.name})"
        if isinstance(value, ListProperty):
            inner = self._decoder(value.inner_property)
            return "texts" if inner == "text" else f"array({inner})"
        if isinstance(value, UnionProperty):
            return self._union(value)
        raise UnprintableError(f"{_wire(value)}: {type(value).__name__}")

    def _union(self, union: UnionProperty) -> str:
        """Alternatives by what tells them apart; the first model listed takes every other object."""
        models = [inner for inner in union.inner_properties if isinstance(inner, ModelProperty)]
        others = [inner for inner in union.inner_properties if not isinstance(inner, ModelProperty)]
        tests: list[tuple[str, PropertyProtocol]] = []
        for inner in others:
            types = "list" if isinstance(inner, ListProperty) else self.kind(inner)
            if types == "None":
                raise UnprintableError(f"{_wire(union)}: a union with {type(inner).__name__}")
            tests.append((f"is_a({types})", inner))
        for inner in models[1:]:
            required = ", ".join(f'"{_wire(member)}"' for member in inner.required_properties or [])
            tests.append((f"has({required})", inner))
        tests += [("has()", inner) for inner in models[:1]]
        expected = " or ".join(self._word(inner) for inner in union.inner_properties)
        alternatives = ", ".join(f"({test}, {self._decoder(inner)})" for test, inner in tests)
        return f'one_of("{expected}", {alternatives})'

    def _word(self, value: PropertyProtocol) -> str:
        words = {"bool": "boolean", "int": "integer", "str": "string"}
        if isinstance(value, ModelProperty):
            return str(value.class_info.name)
        return "array" if isinstance(value, ListProperty) else words[self.kind(value)]

    # what only the description itself knows

    def hidden(self, model: ModelProperty) -> list[str]:
        """Wire names of the members that ``repr`` hides: secrets and personal data."""
        members = [*(model.required_properties or []), *(model.optional_properties or [])]
        return sorted(
            _wire(member)
            for member in members
            if (schema := self._member(model, member)).get("format") == "password" or schema.get("x-personal")
        )

    def _member(self, model: ModelProperty, member: PropertyProtocol) -> Document:
        schema: Document = self._document["components"]["schemas"].get(model.class_info.name, {})
        found: Document = schema.get("properties", {}).get(_wire(member), {})
        return found

    def wire(self, value: PropertyProtocol) -> str:
        """Name on the wire."""
        return _wire(value)

    def description(self, model: ModelProperty) -> str:
        """What the description says about a model."""
        schema: Document = self._document["components"]["schemas"][model.class_info.name]
        return str(schema["description"])

    def prose(self, member: PropertyProtocol, model: ModelProperty) -> str:
        """What the description says about a member."""
        return str(self._member(model, member).get("description", ""))

    def docstring(self, prose: str, indent: int) -> str:
        """Inside of a docstring."""
        return docstring(prose, indent)

    def about(self, parameter: PropertyProtocol, endpoint: Endpoint) -> str:
        """What the description says about a parameter, for an ``Args`` section."""
        for found in self._parameters(endpoint):
            if found["name"] == _wire(parameter):
                return docstring(found["description"], 12).replace("\n\n", "\n")
        raise UnprintableError(f"{endpoint.name}: parameter {_wire(parameter)}")

    def _parameters(self, endpoint: Endpoint) -> Iterable[Document]:
        path, operation = self._operation(endpoint)
        for found in [*operation.get("parameters", []), *path.get("parameters", [])]:
            reference = found.get("$ref", "").rpartition("/")[2]
            yield self._document["components"]["parameters"][reference] if reference else found

    def _operation(self, endpoint: Endpoint) -> tuple[Document, Document]:
        for path in self._document["paths"].values():
            for method in METHODS.intersection(path):
                if path[method]["operationId"] == endpoint.name:
                    return path, path[method]
        raise UnprintableError(str(endpoint.name))

    def path(self, endpoint: Endpoint) -> str:
        """Path template, for ``str.format``."""
        return str(endpoint.path.get_untrusted_value())

    def explanation(self, endpoint: Endpoint) -> str:
        """Docstring of an operation: summary, description, where to read more."""
        _, operation = self._operation(endpoint)
        parts = [operation["summary"].rstrip(".") + ".", operation["description"].strip()]
        if link := operation.get("externalDocs"):
            parts.append(f"See {link['url']}")
        return docstring("\n\n".join(parts), 0)

    # operations

    def payload(self, body: Body) -> str:
        """Item of the request's arguments that holds the body."""
        return {BodyType.DATA: '"data": form(body)', BodyType.JSON: '"json": body'}[body.body_type]

    def successes(self, endpoint: Endpoint) -> list[Response]:
        """Responses that are no errors, in the order of their status."""
        return [
            r for r in endpoint.responses.patterns if r.status_code.range and r.status_code.range[0] < 400
        ]

    def result(self, endpoint: Endpoint) -> str:
        """Type that ``parse_response`` returns."""
        types: list[str] = []
        for response in self.successes(endpoint):
            content = self.media(response)
            if not content:
                types.append("None")
            elif "application/json" in content:
                types.append(self._type(response.prop))
            if any(name != "application/json" for name in content):
                types.append("str")
        return " | ".join(dict.fromkeys(types)) or "NoReturn"

    def media(self, response: Response) -> list[str]:
        """Content types of a response."""
        if isinstance(response.data, Reference):
            raise UnprintableError(f"status {response.status_code}: a reference that was not resolved")
        return [name.get_untrusted_value() for name in response.data.content or {}]


def docstring(prose: str, indent: int) -> str:
    """Inside of a docstring that is indented by ``indent``: paragraphs and list items, wrapped."""
    width = WIDTH - indent - len('"""')
    lines: list[str] = []
    for paragraph in prose.strip().split("\n\n"):
        for item in re.split(r"\n(?=\* )", paragraph):
            hanging = "  " if item.startswith("* ") else ""
            lines += textwrap.wrap(
                " ".join(item.split()),
                width,
                subsequent_indent=hanging,
                break_long_words=False,
                break_on_hyphens=False,
            )
        lines.append("")
    text = "\n".join(f"{' ' * indent}{line}".rstrip() for line in lines[:-1]).lstrip()
    text = text.replace("\\", "\\\\").replace('"""', "'''")
    return f"{text}\n{' ' * indent}" if "\n" in text or len(text) > width - len('"""') else text


def _wire(value: PropertyProtocol) -> str:
    return value.name.get_untrusted_value()
