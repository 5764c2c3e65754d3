# SPDX-License-Identifier: Apache-2.0
"""Arguments that the methods of `openid.uma` take by name, typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class ResourceFilter(TypedDict, total=False):
    """Which resources are meant; all that is given has to fit."""

    name: str
    """Part of the name, or all of it with `exact_name`."""
    exact_name: bool
    """Compare the whole name."""
    uri: str
    """A URI of the resource, as it was registered."""
    owner: str
    """Id or name of the owner."""
    type_: str
    """Type of the resource."""
    scope: str
    """Name of a scope of the resource."""


class TicketFilter(TypedDict, total=False):
    """Which permissions of users are meant; all that is given has to fit."""

    resource_id: str
    """Id or name of the resource."""
    scope_id: str
    """Id or name of the scope."""
    owner: str
    """Id or name of the owner."""
    requester: str
    """Id or name of the user who asks."""
    granted: bool
    """Only those that the owner has given, or only those it has not."""


class PolicyFilter(TypedDict, total=False):
    """Which policies are meant; all that is given has to fit."""

    resource: str
    """Id of the resource."""
    name: str
    """Name of the policy."""
    scope: str
    """Name of a scope."""


class DecisionOptions(TypedDict, total=False):
    """What a question about permissions may say besides the permissions."""

    claims: Mapping[str, Sequence[str]]
    """Claims for the policies, such as `{"organization": ["acme"]}`."""
    claim_token: str
    """The same as the server wants it: base64 of a JSON object of string arrays; or an ID token."""
    claim_token_format: str
    """Format of `claim_token`, a URI."""
    audience: str
    """The resource server; this client when absent."""
    subject_token: str
    """Access token of the user, when the client asks with its own secret."""
    permission_resource_format: Literal["id", "uri"]
    """What stands before `#` in a permission: id or name, or a URI."""
    permission_resource_matching_uri: bool
    """Let patterns such as `/albums/*` match a URI."""


class RptOptions(DecisionOptions, total=False):
    """What a request for permissions may say besides the permissions."""

    ticket: str
    """Permission ticket of a resource server; what it names is asked for."""
    rpt: str
    """Requesting party token to add the permissions to."""
    submit_request: bool
    """Whether the owner is asked when a ticket is refused, as the server does when absent."""
    response_include_resource_name: bool
    """Whether the permissions name their resources; `True` when absent."""
    response_permissions_limit: int
    """How many permissions are evaluated, which may be more than are returned."""
    scope: str
    """Scopes of resources, separated by blanks, that are wanted of each."""


DECISION_OPTIONS = frozenset(DecisionOptions.__annotations__)
RPT_OPTIONS = DECISION_OPTIONS | RptOptions.__annotations__.keys()
