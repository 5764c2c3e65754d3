# SPDX-License-Identifier: Apache-2.0
"""Access tokens, as a resource server takes them.

Source: RFC 9068 section 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from attrs import field, frozen

from keycloak_sdk._jwt import expected
from keycloak_sdk._jwt.claims import (
    Kind,
    check_audience,
    check_issued_at,
    check_issuer,
    check_kind_of,
    check_times,
    require,
)
from keycloak_sdk._jwt.demand_errors import TokenRoleError, TokenScopeError
from keycloak_sdk._jwt.errors import TokenClientError
from keycloak_sdk._jwt.rfc9470 import LoginRules
from keycloak_sdk._jwt.shown import shown
from keycloak_sdk._jwt.typed import typed_claims

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from keycloak_oidc_api.models import TokenClaims
    from keycloak_sdk._jwt.compact import Header
    from keycloak_sdk._jwt.keys import KeySet
    from keycloak_sdk._jwt.verify import TokenDecoder

ACCESS_TOKEN = Kind(
    "an access token (typ Bearer or DPoP)",
    typ=frozenset({"Bearer", "DPoP"}),
    media_types=frozenset({"jwt", "at+jwt"}),
    sufficient="at+jwt",
    source="the access_token of a token response",
)


@frozen(kw_only=True)
class AccessTokenRules:
    """What a resource server asks of an access token.

    Attributes:
        audience: Names of the resource server, of which `aud` must have one.
        scopes: Scopes that it must have.
        realm_roles: Roles of the realm that its user must have.
        client_roles: Roles of clients that its user must have.
        clients: Clients of which one must have got it (`azp`); empty for any.
        login: Demands on the login behind it.
        leeway: Seconds that clocks may differ.
    """

    audience: frozenset[str]
    scopes: tuple[str, ...] = ()
    realm_roles: tuple[str, ...] = ()
    client_roles: Mapping[str, tuple[str, ...]] = field(factory=dict[str, tuple[str, ...]])
    clients: tuple[str, ...] = ()
    login: LoginRules = field(factory=LoginRules)
    leeway: float = expected.LEEWAY

    @classmethod
    def read(
        cls,
        client_id: str,
        *,
        audience: object = None,
        scopes: object = (),
        realm_roles: object = (),
        client_roles: object = (),
        clients: object = (),
        acr: object = None,
        max_age: object = None,
        leeway: object = expected.LEEWAY,
    ) -> AccessTokenRules:
        """Read the arguments of `decode_access_token`.

        Raises:
            KeycloakRequestError: One of them can never be met.
        """
        return cls(
            audience=frozenset(expected.names(client_id if audience is None else audience, "audience")),
            scopes=expected.scopes(scopes),
            realm_roles=expected.names(realm_roles, "realm_roles"),
            client_roles=expected.roles_by_client(client_roles, client_id),
            clients=expected.names(clients, "clients"),
            login=LoginRules.read(acr, max_age),
            leeway=expected.seconds(leeway, "leeway"),
        )


def read_access_token(
    decoder: TokenDecoder,
    token: str | bytes,
    rules: AccessTokenRules,
    *,
    keys: KeySet | None,
    issuer: str,
    now: float,
) -> TokenClaims:
    """Return the claims of an access token; see `check_access_token`."""
    return decoder.checked(
        token, keys, lambda header, claims: check_access_token(header, claims, rules, issuer=issuer, now=now)
    )


def check_access_token(
    header: Header, claims: dict[str, Any], rules: AccessTokenRules, *, issuer: str, now: float
) -> TokenClaims:
    """Check the claims of an access token whose signature verifies.

    Args:
        header: Its header.
        claims: Its claims.
        rules: What is asked of it.
        issuer: What `iss` must be.
        now: Seconds since the epoch.

    Raises:
        TokenVerificationError: One subclass for each reason.
    """
    check_times(claims, now, rules.leeway)
    check_issuer(claims, issuer)
    check_issued_at(claims, now, rules.leeway)
    check_kind_of(claims, header.typ, ACCESS_TOKEN)
    check_audience(claims, rules.audience)
    typed = typed_claims(claims)
    require(typed, "jti", "every token of Keycloak has one")
    require(typed, "sub", "give the client the client scope 'basic', with 'Add to lightweight access token'")
    _check_client(typed, rules.clients)
    rules.login.check(typed, now, rules.leeway)
    _check_scopes(typed, rules.scopes)
    _check_roles(typed, rules)
    return typed


def client_of(claims: TokenClaims) -> str | None:
    """Return the client that a token was issued to."""
    client: str | None = claims.get("azp") or claims.get("client_id")
    return client


def _check_client(claims: TokenClaims, clients: Sequence[str]) -> None:
    client = client_of(claims)
    if client is None:
        require(claims, "azp", "every access token of Keycloak names its client")
    if clients and client not in clients:
        allowed = " or ".join(map(shown, clients[:3]))
        raise TokenClientError(
            f"the token was issued to client {shown(client)}, expected {allowed}: name it in clients=",
            expected=allowed,
            found=shown(client),
        )


def _check_scopes(claims: TokenClaims, required: Sequence[str]) -> None:
    if not required:
        return
    granted = (claims.scope or "").split()
    missing = _missing(required, granted)
    if missing:
        name = shown(missing[0])
        raise TokenScopeError(
            f"the token's scope is {shown(claims.scope or '')}, required is {name}: ask for it with scope=, "
            f"and give client {shown(client_of(claims))} the client scope {name}",
            required=required,
            missing=missing,
            expected=shown(required),
            found=shown(granted),
        )


def _check_roles(claims: TokenClaims, rules: AccessTokenRules) -> None:
    if rules.realm_roles:
        _check_role_list("the realm", rules.realm_roles, _roles(claims.get("realm_access")), claims)
    for client, required in rules.client_roles.items():
        granted = _roles(_member(claims.get("resource_access"), client))
        _check_role_list(f"client {shown(client)}", required, granted, claims)


def _roles(access: object) -> Sequence[str]:
    """Return the roles that a claim of Keycloak's lists; none when it is of another form.

    It is read as it is: a typed model of it takes longer to make than all the rest of these checks.
    """
    roles = _member(access, "roles")
    return cast("list[str]", roles) if isinstance(roles, list) else ()


def _member(value: object, name: str) -> object:
    return cast("dict[str, object]", value).get(name) if isinstance(value, dict) else None


def _check_role_list(
    owner: str, required: Sequence[str], granted: Sequence[str], claims: TokenClaims
) -> None:
    missing = _missing(required, granted)
    if missing:
        raise TokenRoleError(
            f"the token's roles of {owner} are {shown(granted)}, required is {shown(missing[0])}: "
            f"assign it to the user, and to client {shown(client_of(claims))} if its scope is not full",
            required=required,
            missing=missing,
            expected=shown(required),
            found=shown(granted),
        )


def _missing(required: Iterable[str], granted: Sequence[str]) -> list[str]:
    return [name for name in required if name not in granted]
