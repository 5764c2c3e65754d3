# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""What reading a response or writing a request may raise. No message ever quotes a value."""

from __future__ import annotations

from typing import Any


class DecodeError(ValueError):
    """A JSON value is not what its description says.

    Attributes:
        path: Where, as a JSON path: ``$.keys[2].kty``.
        expected: What the description wants there: ``string``, ``array``, ``TokenResponse or array`` ...
        found: The JSON type that is there (``null``, ``object`` ...), or ``nothing``.
    """

    def __init__(self, path: str, expected: str, found: str) -> None:
        super().__init__(path, expected, found)
        self.path = path
        self.expected = expected
        self.found = found

    def __str__(self) -> str:
        return f"{self.path}: expected {self.expected}, found {self.found}"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.path, self.expected, self.found)

    def under(self, parent: str) -> None:
        """Put the path of the value that holds this one in front."""
        self.path = parent + self.path
        self.args = (self.path, self.expected, self.found)


class EncodeError(ValueError):
    """A value cannot be written into a request; nothing has been sent.

    Attributes:
        parameter: The path, query, header or form parameter.
        problem: What is wrong with its value.
    """

    def __init__(self, parameter: str, problem: str) -> None:
        super().__init__(parameter, problem)
        self.parameter = parameter
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.parameter} {self.problem}"


class UnexpectedStatusError(ValueError):
    """The status is not one that the description gives for success."""

    def __init__(self, status_code: int) -> None:
        super().__init__(status_code)
        self.status_code = status_code

    def __str__(self) -> str:
        return f"status {self.status_code} is not described as success"
