# SPDX-License-Identifier: Apache-2.0
"""Paths of a realm's OpenID Connect and UMA endpoints as `str.format` templates, relative to the server URL.

Their keys hold hyphens: fill them with `URL_TOKEN.format(**{"realm-name": "acme"})`. Nothing is
encoded: pass names through `urllib.parse.quote(name, safe="")` first. The SDK itself takes its paths
from the generated package; these are for programs that build requests of their own.
"""

from __future__ import annotations

URL_REALM = "realms/{realm-name}"
URL_WELL_KNOWN_BASE = "realms/{realm-name}/.well-known"
URL_WELL_KNOWN = "realms/{realm-name}/.well-known/openid-configuration"
URL_UMA_WELL_KNOWN = "realms/{realm-name}/.well-known/uma2-configuration"
URL_TOKEN = "realms/{realm-name}/protocol/openid-connect/token"
URL_USERINFO = "realms/{realm-name}/protocol/openid-connect/userinfo"
URL_LOGOUT = "realms/{realm-name}/protocol/openid-connect/logout"
URL_CERTS = "realms/{realm-name}/protocol/openid-connect/certs"
URL_INTROSPECT = "realms/{realm-name}/protocol/openid-connect/token/introspect"
URL_ENTITLEMENT = "realms/{realm-name}/authz/entitlement/{resource-server-id}"
URL_AUTH = (
    "{authorization-endpoint}?client_id={client-id}&response_type=code&redirect_uri={redirect-uri}"
    "&scope={scope}&state={state}&nonce={nonce}"
)
URL_DEVICE = "realms/{realm-name}/protocol/openid-connect/auth/device"
URL_CLIENT_REGISTRATION = "realms/{realm-name}/clients-registrations/default"
URL_CLIENT_UPDATE = "realms/{realm-name}/clients-registrations/default/{client-id}"
