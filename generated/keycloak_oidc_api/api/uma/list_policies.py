# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Find policies that owners put on their resources.

Keycloak extension to Federated Authorization for UMA 2.0.

See
https://www.keycloak.org/docs/latest/authorization_services/index.html#_service_authorization_uma_policy_api
"""

from __future__ import annotations

from ...decoding import array, model, read
from ...encoding import form, segment
from ...models.uma_policy import UmaPolicy
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "GET"
PATH = "/realms/{realm}/authz/protection/uma-policy"

_200 = array(model(UmaPolicy))


def build_request(
    realm: str,
    *,
    resource: str | None = None,
    name: str | None = None,
    scope: str | None = None,
    first: int | None = None,
    max_: int | None = None,
) -> RequestKwargs:
    """Return the request, not sent.

    Args:
        realm: Name of the realm.
        resource: Id of a resource.
        name: Name of a policy.
        scope: Name of a scope.
        first: How many to leave out at the start.
        max_: How many at most.

    Raises:
        EncodeError: An argument cannot be written into the request.
    """
    kwargs: RequestKwargs = {
        "method": METHOD,
        "url": PATH.format(
            realm=segment("realm", realm),
        ),
        "extensions": {"url_template": PATH},
        "params": form(
            {
                "resource": resource,
                "name": name,
                "scope": scope,
                "first": first,
                "max": max_,
            }
        ),
    }
    return kwargs


def parse_response(response: ResponseLike) -> list[UmaPolicy] | None:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 200:
        value: list[UmaPolicy] = read(_200, response)
        return value
    if response.status_code == 204:
        return None
    raise UnexpectedStatusError(response.status_code)
