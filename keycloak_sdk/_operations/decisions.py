# SPDX-License-Identifier: Apache-2.0
"""What a user may do, asked from the server: a token that says it, a list, a verdict."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from keycloak_oidc_api.api.token import create_token
from keycloak_oidc_api.models import TokenRequest, TokenResponse, UmaPermission
from keycloak_oidc_api.types import DecodeError
from keycloak_sdk._codec import bearer, encode_json
from keycloak_sdk._operations.realm_client import RealmOperations, built, request_body
from keycloak_sdk._operations.tokens import parse_token
from keycloak_sdk.exceptions import KeycloakAuthenticationError, KeycloakPostError, KeycloakRequestError
from keycloak_sdk.uma_decisions import Answered, Decision, decided
from keycloak_sdk.uma_options import DECISION_OPTIONS, RPT_OPTIONS
from keycloak_sdk.uma_permissions import build_permission_param, missing_permissions, questions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Unpack

    from keycloak_oidc_api.types import ResponseLike
    from keycloak_sdk._operations.own_account import AccountOperations
    from keycloak_sdk.decision_cache import DecisionCache
    from keycloak_sdk.uma_decisions import Reason
    from keycloak_sdk.uma_options import DecisionOptions, RptOptions
    from keycloak_sdk.uma_permissions import PermissionsParam

T = TypeVar("T")

UMA_TICKET = "urn:ietf:params:oauth:grant-type:uma-ticket"
_CLAIMS_FORMAT = "urn:ietf:params:oauth:token-type:jwt"
_UNKNOWN: Mapping[str | None, Reason] = {
    "invalid_resource": "invalid_resource",
    "invalid_scope": "invalid_scope",
}


class DecisionOperations(RealmOperations):
    """Asking for permissions of this resource server, or of another one."""

    wire: AccountOperations  # pyright: ignore[reportIncompatibleVariableOverride] # set once

    async def rpt(
        self, token: str | None, permissions: PermissionsParam = "", **options: Unpack[RptOptions]
    ) -> TokenResponse:
        """Obtain a requesting party token (RPT): an access token that carries permissions.

        Sends a UMA grant to the token endpoint. What the token carries may be less than what was asked for:
        one granted permission makes a success. The resource server has to look.

        Args:
            token: Access token of the user, sent as bearer; `None` to ask for the client itself, or for the
                user of `subject_token`, with the client's secret.
            permissions: What to ask for: `resource`, `resource#scope` or `#scope`, one or many, as for
                `KeycloakOpenID.uma_permissions`; `""` asks for everything, or for what `ticket` names.
            **options: `ticket`, `claims`, `claim_token` and `claim_token_format`, `rpt`, `submit_request`,
                `audience`, `subject_token`, `scope`, `permission_resource_format`,
                `permission_resource_matching_uri`, `response_include_resource_name`,
                `response_permissions_limit`; see `RptOptions`.

        Returns:
            The token response; `access_token` is the RPT.

        Raises:
            KeycloakPostError: Refused; `access_denied` (403) when nothing is granted, with the description
                `request_submitted` when the owner is asked now; `invalid_ticket` for a ticket that is no
                longer good, `invalid_resource` or `invalid_scope` for unknown names, `invalid_grant` when
                the token was not accepted.
            KeycloakAuthenticationError: The client, or (older servers) the token, was not accepted.
            KeycloakPermissionFormatError: `permissions` is malformed; nothing was sent.
            KeycloakRequestError: Another argument cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: UMA 2.0 Grant section 3.3.1; Keycloak Authorization Services Guide, "Obtaining permissions".
        """
        form = self._form(options, RPT_OPTIONS)
        return await self._ask(token, sorted(build_permission_param(permissions)), form, parse_token)

    async def permissions(
        self, token: str | None, permissions: PermissionsParam = "", **options: Unpack[RptOptions]
    ) -> list[UmaPermission]:
        """Return which permissions are granted, of all or of those that are named.

        Sends a UMA grant with `response_mode=permissions` to the token endpoint.

        Args:
            token: As for `rpt`.
            permissions: As for `rpt`.
            **options: As for `rpt`.

        Returns:
            What is granted. One granted permission makes a success, whatever else was asked: compare, or
            use `decide`.

        Raises:
            KeycloakError: As `rpt` raises.

        Source: UMA 2.0 Grant section 3.3.1; Keycloak Authorization Services Guide, "Obtaining permissions".
        """
        form = self._form(options, RPT_OPTIONS) | {"response_mode": "permissions"}
        return await self._ask(token, sorted(build_permission_param(permissions)), form, parse_permissions)

    async def decide(
        self,
        token: str | None,
        permissions: PermissionsParam,
        *,
        cache: DecisionCache | None = None,
        **options: Unpack[DecisionOptions],
    ) -> Decision:
        """Decide whether all of these permissions are granted, and say of each that is not why.

        Sends as many UMA grants as it takes for the server to answer of each permission by itself, and looks
        for it in the answer; a status or `response_mode=decision` would be true for any of them. A name that
        more than one resource has, such as one of the user's own, is granted when any of them is: ask by id.

        Args:
            token: Access token of the user, sent as bearer; `None` to ask for the client itself, or for the
                user of `subject_token`, with the client's secret.
            permissions: As for `rpt`; `""` asks whether anything is granted.
            cache: Where the decision may be remembered; without a `token` it is not.
            **options: `claims`, `claim_token` and `claim_token_format`, `audience`, `subject_token`,
                `permission_resource_format`, `permission_resource_matching_uri`; see `DecisionOptions`.

        Returns:
            The decision: true when nothing is missing. A token that the server does not accept, and names
            that it does not know, are reasons, not errors.

        Raises:
            KeycloakPostError: Refused for a reason that says nothing about the user or the permissions.
            KeycloakAuthenticationError: The client was not accepted, when its secret was sent.
            KeycloakPermissionFormatError: `permissions` is malformed; nothing was sent.
            KeycloakRequestError: Another argument cannot be sent; nothing was.
            KeycloakConnectionError: The server was not reached.

        Source: UMA 2.0 Grant section 3.3.1; Keycloak Authorization Services Guide, "Obtaining permissions".
        """
        needed = build_permission_param(permissions)
        form = self._form(options, DECISION_OPTIONS) | {"response_mode": "permissions"}
        if cache is None or token is None:
            return await self._decision(token, needed, form)
        client = [self.realm_url, self.client.client_id]
        question = {"client": client, "needed": sorted(needed), "form": form}
        ask = partial(self._decision, token, needed, form)
        return await cache._decide(token, question, ask, self.io, self.wire.connection.clock)

    async def _decision(self, token: str | None, needed: set[str], form: Mapping[str, Any]) -> Decision:
        by_uri = form.get("permission_resource_format") == "uri"
        asked = [[text] for text in sorted(needed)] if by_uri and needed else questions(needed)
        answers: list[Answered] = []
        for question in asked:
            answers += await self._answers(token, question, form)
            if answers[-1].reason == "not_logged_in":
                break
        return decided(needed, answers, by_uri=by_uri)

    async def _answers(
        self, token: str | None, question: Sequence[str], form: Mapping[str, Any]
    ) -> list[Answered]:
        """Ask, and ask on until there is a reason for each permission that is missing.

        An unknown name hides the others, or is ignored beside them, by where it stands in the question.
        """
        try:
            granted = await self._ask(token, question, form, parse_permissions)
        except (KeycloakPostError, KeycloakAuthenticationError) as error:
            reason = _reason_of(error, has_bearer=token is not None)
            if reason is None:
                raise
            if reason in _UNKNOWN and len(question) > 1:
                middle = len(question) // 2
                return [
                    *await self._answers(token, question[:middle], form),
                    *await self._answers(token, question[middle:], form),
                ]
            return [Answered(question, (), reason)]
        missing = sorted(missing_permissions(set(question), granted))
        further = await self._answers(token, missing, form) if 0 < len(missing) < len(question) else []
        return [Answered(question, granted), *further]

    async def _ask(
        self,
        token: str | None,
        permissions: Sequence[str],
        form: Mapping[str, Any],
        parse: Callable[[ResponseLike], T],
    ) -> T:
        fields = {**form, "grant_type": UMA_TICKET, "permission": list(permissions) or None}
        if token is None:
            fields = self.authenticated(**fields)
        elif form.get("subject_token") is not None:
            raise KeycloakRequestError("subject_token goes with the client's secret: give token=None")
        request = built(create_token.build_request, self.realm, body=request_body(TokenRequest, fields))
        authorization = None if token is None else bearer(token)
        return await self.wire.call_without_account(
            request, parse, KeycloakPostError, authorization=authorization
        )

    def _form(self, options: Mapping[str, Any], known: frozenset[str]) -> dict[str, Any]:
        """Return the fields that the options say; without an audience or a ticket it is this client."""
        if unknown := options.keys() - known:
            raise TypeError(f"got an unexpected keyword argument {min(unknown)!r}")
        form = {name: value for name, value in options.items() if value is not None}
        if "claims" in form:
            if "claim_token" in form:
                raise KeycloakRequestError("claims and claim_token are two ways to say the same: give one")
            form |= {"claim_token": _claim_token(form.pop("claims")), "claim_token_format": _CLAIMS_FORMAT}
        if "ticket" not in form:
            form.setdefault("audience", self.client.client_id)
        return form


def parse_permissions(response: ResponseLike) -> list[UmaPermission]:
    """Read the answer to `response_mode=permissions`."""
    granted = create_token.parse_response(response)
    if not isinstance(granted, list):
        raise DecodeError("$", "an array of permissions", type(granted).__name__)
    return granted


def is_not_logged_in(error: KeycloakPostError | KeycloakAuthenticationError) -> bool:
    """Whether the bearer was refused: older servers answer 401, later ones 400 `invalid_grant`."""
    return isinstance(error, KeycloakAuthenticationError) or error.error == "invalid_grant"


def _reason_of(error: KeycloakPostError | KeycloakAuthenticationError, *, has_bearer: bool) -> Reason | None:
    """Return why nothing was granted; `None` when that says nothing about who asks for what."""
    if is_not_logged_in(error):
        return "not_logged_in" if has_bearer or error.error == "invalid_grant" else None
    if error.error == "access_denied":
        return "request_submitted" if error.error_description == "request_submitted" else "denied"
    return _UNKNOWN.get(error.error)


def _claim_token(claims: object) -> str:
    """Encode claims for policies.

    Source: Keycloak Authorization Services Guide, "Pushing claims".
    """
    if not isinstance(claims, Mapping):
        raise KeycloakRequestError(f"claims is of type {type(claims).__name__}: give a dict of lists of str")
    lists = {name: _listed(values) for name, values in cast("Mapping[object, object]", claims).items()}
    if not all(isinstance(name, str) for name in lists):
        raise KeycloakRequestError("claims has a name that is no str")
    return base64.urlsafe_b64encode(encode_json(lists)).decode("ascii").rstrip("=")


def _listed(values: object) -> list[str]:
    listed = [values] if isinstance(values, str) else values
    if not isinstance(listed, list | tuple):
        raise KeycloakRequestError("claims holds something else than lists of str")
    items = cast("Sequence[object]", listed)
    if not all(isinstance(item, str) for item in items):
        raise KeycloakRequestError("claims holds lists of something else than str: write numbers as text")
    return cast("list[str]", list(items))
