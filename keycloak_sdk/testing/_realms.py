# SPDX-License-Identifier: Apache-2.0
"""Realm representations: files or dictionaries in the form of Keycloak's realm export."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

from keycloak_sdk.testing._errors import KeycloakServerError

RealmSource: TypeAlias = "Mapping[str, Any] | str | Path"

DEMO_REALM: Final = Path(__file__).with_name("realms") / "demo-realm.json"
DEMO_AUTHORIZATION_CONFIG: Final = DEMO_REALM.with_name("demo-app-authz-config.json")


def load_representation(source: RealmSource) -> dict[str, Any]:
    """Return the representation in `source`, a dictionary or the path of a JSON file.

    Raises:
        KeycloakServerError: The file cannot be read or does not hold one JSON object.
    """
    if isinstance(source, Mapping):
        return dict(source)
    path = Path(source)
    try:
        representation = json.loads(path.read_text(encoding="utf-8"))
    except OSError as cause:
        raise KeycloakServerError(f"The realm file {path} cannot be read: {cause.strerror}") from cause
    except ValueError as cause:
        raise KeycloakServerError(f"The realm file {path} is not JSON: {cause}") from cause
    if not isinstance(representation, dict):
        raise KeycloakServerError(
            f"The realm file {path} holds a {type(representation).__name__}, not one realm"
        )
    return cast("dict[str, Any]", representation)


def load_realms(sources: tuple[RealmSource, ...]) -> dict[str, dict[str, Any]]:
    """Return the representations by realm name.

    Raises:
        KeycloakServerError: A source has no realm name, or two have the same.
    """
    realms: dict[str, dict[str, Any]] = {}
    for source in sources:
        representation = load_representation(source)
        name = representation.get("realm")
        if not isinstance(name, str) or not name or "/" in name:
            where = "A realm" if isinstance(source, Mapping) else f"The realm file {source}"
            raise KeycloakServerError(f'{where} has no usable name: its member "realm" is {name!r}')
        if name in realms or name == "master":
            raise KeycloakServerError(f"The realm {name} is given twice, or is the server's own: rename one")
        realms[name] = representation
    return realms
