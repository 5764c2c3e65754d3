# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Replace a policy.

Keycloak extension to Federated Authorization for UMA 2.0. Answers 201 although nothing is created. Keep at
least one of the kinds of conditions that the policy has (roles, users, groups, clients): a replacement
that drops them all deletes the policy, with the same answer.

See
https://www.keycloak.org/docs/latest/authorization_services/index.html#_service_authorization_uma_policy_api
"""

from __future__ import annotations

from ...encoding import segment
from ...models.uma_policy import UmaPolicy
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "PUT"
PATH = "/realms/{realm}/authz/protection/uma-policy/{id}"


def build_request(
    realm: str,
    policy_id: str,
    *,
    body: UmaPolicy,
) -> RequestKwargs:
    """Return the request, not sent.

    Args:
        realm: Name of the realm.
        policy_id: Id of the policy.
        body: The JSON body.

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
        "json": body,
    }
    return kwargs


def parse_response(response: ResponseLike) -> None:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 201:
        return None
    raise UnexpectedStatusError(response.status_code)
