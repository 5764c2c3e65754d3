# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Find resources.

Federated Authorization for UMA 2.0 section 3.2.5, with Keycloak's filters: ids, or whole resources with
`deep=true`.

See https://docs.kantarainitiative.org/uma/wg/rec-oauth-uma-federated-authz-2.0.html#rfc.section.3.2.5
"""

from __future__ import annotations

from ...decoding import array, has, is_a, model, one_of, read, text
from ...encoding import form, segment
from ...models.uma_resource import UmaResource
from ...types import RequestKwargs, ResponseLike, UnexpectedStatusError

METHOD = "GET"
PATH = "/realms/{realm}/authz/protection/resource_set"

_200 = array(one_of("string or UmaResource", (is_a(str), text), (has(), model(UmaResource))))


def build_request(
    realm: str,
    *,
    name: str | None = None,
    exact_name: bool | None = None,
    uri: str | None = None,
    matching_uri: bool | None = None,
    owner: str | None = None,
    type_: str | None = None,
    scope: str | None = None,
    deep: bool | None = None,
    first: int | None = None,
    max_: int | None = None,
) -> RequestKwargs:
    """Return the request, not sent.

    Args:
        realm: Name of the realm.
        name: Part of the name, or all of it with `exactName`.
        exact_name: Compare the whole name.
        uri: A URI of the resource.
        matching_uri: Let patterns such as `/albums/*` match `uri`.
        owner: Id or name of the owner.
        type_: Type of the resource.
        scope: Name of a scope of the resource.
        deep: Return resources instead of ids.
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
                "name": name,
                "exactName": exact_name,
                "uri": uri,
                "matchingUri": matching_uri,
                "owner": owner,
                "type": type_,
                "scope": scope,
                "deep": deep,
                "first": first,
                "max": max_,
            }
        ),
    }
    return kwargs


def parse_response(response: ResponseLike) -> list[str | UmaResource]:
    """Return what a successful response holds.

    Raises:
        DecodeError: The body is not what the description says.
        UnexpectedStatusError: The status is not one of success.
    """
    if response.status_code == 200:
        value: list[str | UmaResource] = read(_200, response)
        return value
    raise UnexpectedStatusError(response.status_code)
