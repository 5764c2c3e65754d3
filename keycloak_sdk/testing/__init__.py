# SPDX-License-Identifier: Apache-2.0
"""A real Keycloak for tests, from pip alone.

::

    from keycloak_sdk.testing import KeycloakServer

    with KeycloakServer(realms=["tests/realms/shop-realm.json"]) as server:
        openid = KeycloakOpenID(server_url=server.url, realm_name="shop", client_id="cart")

`pip install "keycloak-oidc-sdk[testing]"` brings all it needs. The first start downloads and builds the
server and imports the realms, about a minute; every later start takes seconds. Under pytest the fixture
`keycloak_server` does the same once per session. Where `KEYCLOAK_URL` is set, that server is used instead.
`python -m keycloak_sdk.testing --realm FILE` runs one until Ctrl-C. `DEMO_REALM` is a small realm to begin
with, `DEMO_AUTHORIZATION_CONFIG` its client's authorization settings as Keycloak exports them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keycloak_sdk.testing._errors import KeycloakServerError
    from keycloak_sdk.testing._realms import DEMO_AUTHORIZATION_CONFIG, DEMO_REALM
    from keycloak_sdk.testing._recipe import DEFAULT_FEATURES, DEFAULT_JAVA_OPTIONS, DEFAULT_VERSION
    from keycloak_sdk.testing._server import KeycloakServer

__all__ = [
    "DEFAULT_FEATURES",
    "DEFAULT_JAVA_OPTIONS",
    "DEFAULT_VERSION",
    "DEMO_AUTHORIZATION_CONFIG",
    "DEMO_REALM",
    "KeycloakServer",
    "KeycloakServerError",
]

_HOMES = {
    "DEFAULT_FEATURES": "_recipe",
    "DEFAULT_JAVA_OPTIONS": "_recipe",
    "DEFAULT_VERSION": "_recipe",
    "DEMO_AUTHORIZATION_CONFIG": "_realms",
    "DEMO_REALM": "_realms",
    "KeycloakServer": "_server",
    "KeycloakServerError": "_errors",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return __all__
