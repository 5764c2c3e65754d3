# SPDX-License-Identifier: Apache-2.0
"""Changing `keycloak` to `keycloak_sdk` in the imports migrates a program: the same modules, names and calls.

Compared with python-keycloak 7.1.1 by introspection, as far as it serves OpenID Connect.
"""

from __future__ import annotations

import inspect
from importlib import import_module
from inspect import Parameter
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MODULES = (
    "authorization",
    "authorization.permission",
    "authorization.policy",
    "authorization.role",
    "connection",
    "exceptions",
    "keycloak_openid",
    "openid_connection",
    "pkce_utils",
    "uma_permissions",
    "urls_patterns",
)

NOT_OURS = {
    "URL_ADMIN_": "paths of the admin REST API, which this SDK does not serve",
    "URL_AUTHENTICATION_EXECUTION_": "paths of the admin REST API as well",
}
"""Names by prefix that the same modules of python-keycloak define and ours do not."""

PRIVATE = {
    "KeycloakOpenID._a_token_info": "the name of the twin is a__token_info, as for a__refresh_if_required",
    "KeycloakOpenID._verify_token": "the key set is part of the verification, no argument of it",
    "ConnectionManager._filter_query_params": "a step of building a request",
    "ConnectionManager._prepare_httpx_request_content": "a step of building a request",
    "KeycloakOpenIDConnection._grant_type": "not on the page; grant_type is an attribute",
}
"""Private members of python-keycloak's classes that ours do not have."""

KEYWORD_ONLY = {
    "cert",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "max_retries",
    "nonce",
    "pool_maxsize",
}
"""Parameters that came after the seed's version: by keyword, so that the seed's order stands."""

KEYWORD_ONLY_IN = {
    "KeycloakOpenID.device": {"scope"},
    "KeycloakOpenID.a_device": {"scope"},
    "KeycloakOpenIDConnection.__init__": {"grant_type"},
}
"""The same, where the name is the seed's in other methods."""


def of_both(module: str) -> tuple[Any, Any]:
    """Return python-keycloak's module and ours."""
    return import_module(f"keycloak.{module}"), import_module(f"keycloak_sdk.{module}")


def defined(module: Any) -> dict[str, Any]:
    """Return the public names that a module defines itself."""
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (getattr(value, "__module__", None) == module.__name__ or _is_constant_of(module, name))
        and not name.startswith(tuple(NOT_OURS))
    }


def _is_constant_of(module: Any, name: str) -> bool:
    return name.isupper() and module.__name__.endswith((".exceptions", ".urls_patterns"))


def missing_in(module: Any, names: Mapping[str, Any]) -> list[str]:
    """Return those of the names that the module does not have."""
    return [name for name in names if not hasattr(module, name)]


NAMES = [(module, name) for module in MODULES for name in defined(of_both(module)[0])]
CLASSES = [(module, name) for module, name in NAMES if inspect.isclass(getattr(of_both(module)[0], name))]
CONSTANTS = [(module, name) for module, name in NAMES if name.isupper()]
EXCEPTIONS = [
    (module, name) for module, name in CLASSES if issubclass(getattr(of_both(module)[0], name), Exception)
]


@pytest.mark.parametrize("module", MODULES)
def test_a_module_has_the_names_that_python_keycloaks_defines(module: str) -> None:
    theirs, ours = of_both(module)
    assert missing_in(ours, defined(theirs)) == []


@pytest.mark.parametrize("module", MODULES)
def test_a_module_says_what_it_is_for(module: str) -> None:
    assert inspect.getdoc(of_both(module)[1])


def test_the_package_has_python_keycloaks_names_but_the_admin_side() -> None:
    theirs, ours = import_module("keycloak"), import_module("keycloak_sdk")
    classes = {name: value for name, value in vars(theirs).items() if inspect.isclass(value)}
    assert classes.keys() - set(ours.__all__) == {"KeycloakAdmin", "KeycloakUMA"}


@pytest.mark.parametrize(("module", "name"), CONSTANTS)
def test_a_constant_has_the_same_value(module: str, name: str) -> None:
    theirs, ours = of_both(module)
    assert getattr(ours, name) == getattr(theirs, name)


@pytest.mark.parametrize(("module", "name"), EXCEPTIONS)
def test_an_exception_is_caught_wherever_python_keycloaks_is(module: str, name: str) -> None:
    theirs, ours = of_both(module)
    bases = {base.__name__ for base in getattr(theirs, name).__mro__} - {"KeycloakError", "object"}
    assert bases <= {base.__name__ for base in getattr(ours, name).__mro__}
    assert issubclass(getattr(ours, name), import_module("keycloak_sdk").KeycloakError)


def members(module: str, name: str) -> dict[str, Any]:
    """Return what python-keycloak's class defines, without Python's own attributes."""
    python_own = {"__module__", "__doc__", "__dict__", "__weakref__", "__annotations__", "__hash__"}
    added_later = {"__firstlineno__", "__static_attributes__"}
    found = vars(getattr(of_both(module)[0], name))
    return {key: value for key, value in found.items() if key not in python_own | added_later}


@pytest.mark.parametrize(("module", "name"), CLASSES)
def test_a_class_has_the_members_of_python_keycloaks(module: str, name: str) -> None:
    ours = example(name) if name in EXAMPLES else getattr(of_both(module)[1], name)
    if name == "KeycloakOpenIDConnection":
        ours = ours("http://kc")
    missing = [key for key in members(module, name) if not hasattr(ours, key)]
    assert [key for key in missing if f"{name}.{key}" not in PRIVATE] == []


CALLABLES = [
    (module, name, key)
    for module, name in CLASSES
    for key, value in members(module, name).items()
    if inspect.isfunction(value) and f"{name}.{key}" not in PRIVATE
] + [(module, name, "") for module, name in NAMES if inspect.isfunction(getattr(of_both(module)[0], name))]


@pytest.mark.parametrize(("module", "name", "key"), CALLABLES)
def test_a_call_that_python_keycloak_accepts_is_accepted(module: str, name: str, key: str) -> None:
    theirs, ours = (
        inspect.getattr_static(getattr(one, name), key) if key else getattr(one, name)
        for one in map(import_module, (f"keycloak.{module}", "keycloak_sdk." + module))
    )
    if name == "KeycloakOpenIDConnection" and "raw_" in key:  # (*args, **kwargs), handed on to its base
        theirs = inspect.getattr_static(import_module("keycloak.connection").ConnectionManager, key)
    keyword_only = KEYWORD_ONLY | KEYWORD_ONLY_IN.get(f"{name}.{key}", set()) if key else set()
    assert refused(theirs, ours, keyword_only) == []
    assert inspect.iscoroutinefunction(ours) is inspect.iscoroutinefunction(theirs)


def refused(theirs: Callable[..., Any], ours: Callable[..., Any], keyword_only: set[str]) -> list[str]:
    """Return in what ways of being called the second function is narrower than the first."""
    given = inspect.signature(theirs).parameters
    taken = inspect.signature(ours).parameters
    kinds = {one.kind for one in taken.values()}
    by_position = [name for name in given if name not in keyword_only]
    problems = [
        f"{name} at another position"
        for name, own in zip(by_position, taken, strict=False)
        if name != own and given[name].kind is Parameter.POSITIONAL_OR_KEYWORD
    ]
    problems += [
        f"no {name}"
        for name, one in given.items()
        if name not in taken and one.kind is not Parameter.VAR_KEYWORD and Parameter.VAR_KEYWORD not in kinds
    ]
    problems += [
        f"{name} is required"
        for name, one in taken.items()
        if one.default is one.empty
        and one.kind is Parameter.POSITIONAL_OR_KEYWORD
        and (name not in given or given[name].default is not Parameter.empty)
        and (ours.__qualname__, name)
        != ("KeycloakOpenIDConnection.__init__", "server_url")  # None is refused
    ]
    if (
        any(one.kind is Parameter.VAR_KEYWORD for one in given.values())
        and Parameter.VAR_KEYWORD not in kinds
    ):
        problems.append("no **")
    return problems


EXAMPLES: dict[str, tuple[str, dict[str, Any]]] = {
    "Authorization": ("authorization", {}),
    "Policy": (
        "authorization.policy",
        {"name": "n", "type": "role", "logic": "POSITIVE", "decision_strategy": "UNANIMOUS"},
    ),
    "Permission": (
        "authorization.permission",
        {"name": "n", "type": "scope", "logic": "POSITIVE", "decision_strategy": "UNANIMOUS"},
    ),
    "Role": ("authorization.role", {"name": "shop/buyer", "required": True}),
    "UMAPermission": ("uma_permissions", {"resource": "docs", "scope": "read"}),
    "Resource": ("uma_permissions", {"resource": "docs"}),
    "Scope": ("uma_permissions", {"scope": "read"}),
    "AuthStatus": (
        "uma_permissions",
        {"is_logged_in": True, "is_authorized": False, "missing_permissions": {"docs#read"}},
    ),
}

FROZEN = {"Role": "roles are members of sets and keys of dicts: a name that changed would be lost in them"}
"""Companions whose attributes cannot be set, and why."""

NOT_SHOWN_ALIKE = {"Authorization", "Role"}
"""Companions that python-keycloak shows by their address."""


def example(name: str, package: str = "keycloak_sdk") -> Any:
    """Return an instance, constructed alike in both packages."""
    module, arguments = EXAMPLES[name]
    return getattr(import_module(f"{package}.{module}"), name)(**arguments)


def attributes(value: object) -> list[str]:
    """Return the public attributes of an instance that are no methods."""
    return [name for name in dir(value) if not name.startswith("_") and not callable(getattr(value, name))]


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_a_companion_shows_itself_as_python_keycloaks_does(name: str) -> None:
    ours, theirs = example(name), example(name, "keycloak")
    assert (str(ours), repr(ours)) == (str(theirs), repr(theirs)) or name in NOT_SHOWN_ALIKE
    assert bool(ours) is bool(theirs)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_attributes_of_a_companion_are_read_and_written_alike(name: str) -> None:
    ours, theirs = example(name), example(name, "keycloak")
    assert set(attributes(ours)) >= set(attributes(theirs))
    for attribute in attributes(theirs):
        value = getattr(theirs, attribute)
        assert getattr(ours, attribute) == value
        if name not in FROZEN:
            setattr(ours, attribute, value)
            assert getattr(ours, attribute) == value
