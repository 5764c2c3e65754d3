# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Public description of the realm.

Name, active RS256 key and base URLs of the realm. A Keycloak extension; no standard describes it.
`public_key` is one key only: clients whose tokens are signed with another algorithm need the key set.

See https://www.keycloak.org/securing-apps/oidc-layers
"""

from __future__ import annotations

from ...decoding import model, read
from ...encoding import segment
from ...models.realm_description import RealmDescription
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "GET"
PATH = "/realms/{realm}"

_200 = model(RealmDescription)


def build_request(
    realm: str,
) -> RequestKwargs:
    """Return the request, not sent.

    Args:
        realm: Name of the realm.

    Raises:
        EncodeError: An argument cannot be written into the request.
    """
    kwargs: RequestKwargs = {
        "method": METHOD,
        "url": PATH.format(
            realm=segment("realm", realm),
        ),
        "extensions": {"url_template": PATH},
    }
    return kwargs


def parse_response(response: ResponseLike) -> RealmDescription:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 200:
        value: RealmDescription = read(_200, response)
        return value
    raise UnexpectedStatusError(response.status_code)
