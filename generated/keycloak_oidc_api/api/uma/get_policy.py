# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""A policy of an owner.

Keycloak extension to Federated Authorization for UMA 2.0.

See
https://www.keycloak.org/docs/latest/authorization_services/index.html#_service_authorization_uma_policy_api
"""

from __future__ import annotations

from ...decoding import model, read
from ...encoding import segment
from ...models.uma_policy import UmaPolicy
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "GET"
PATH = "/realms/{realm}/authz/protection/uma-policy/{id}"

_200 = model(UmaPolicy)


def build_request(
    realm: str,
    policy_id: str,
) -> RequestKwargs:
    """Return the request, not sent.

    Args:
        realm: Name of the realm.
        policy_id: Id of the policy.

    Raises:
        EncodeError: An argument cannot be written into the request.
    """
    kwargs: RequestKwargs = {
        "method": METHOD,
        "url": PATH.format(
            realm=segment("realm", realm),
            id=segment("policy_id", policy_id),
        ),
        "extensions": {"url_template": PATH},
    }
    return kwargs


def parse_response(response: ResponseLike) -> UmaPolicy:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 200:
        value: UmaPolicy = read(_200, response)
        return value
    raise UnexpectedStatusError(response.status_code)
