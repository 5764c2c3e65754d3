# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Find permissions that users gave or were asked for.

Keycloak extension to Federated Authorization for UMA 2.0: what requesting parties asked the owners of
resources for, granted or not.

See
https://www.keycloak.org/docs/latest/authorization_services/index.html#_service_protection_permission_api_papi
"""

from __future__ import annotations

from ...decoding import array, model, read
from ...encoding import form, segment
from ...models.permission_ticket import PermissionTicket
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "GET"
PATH = "/realms/{realm}/authz/protection/permission/ticket"

_200 = array(model(PermissionTicket))


def build_request(
    realm: str,
    *,
    scope_id: str | None = None,
    resource_id: str | None = None,
    owner: str | None = None,
    requester: str | None = None,
    granted: bool | None = None,
    return_names: bool | None = None,
    first: int | None = None,
    max_: int | None = None,
) -> RequestKwargs:
    """Return the request, not sent.

    Args:
        realm: Name of the realm.
        scope_id: Id or name of a scope.
        resource_id: Id or name of a resource.
        owner: Id or name of the owner.
        requester: Id or name of the user who asks.
        granted: Only granted ones, or only those that are not.
        return_names: Add the names to the ids.
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
                "scopeId": scope_id,
                "resourceId": resource_id,
                "owner": owner,
                "requester": requester,
                "granted": granted,
                "returnNames": return_names,
                "first": first,
                "max": max_,
            }
        ),
    }
    return kwargs


def parse_response(response: ResponseLike) -> list[PermissionTicket]:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 200:
        value: list[PermissionTicket] = read(_200, response)
        return value
    raise UnexpectedStatusError(response.status_code)
