# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Every model, loaded on first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .access import Access
    from .address import Address
    from .authentication_channel_result import AuthenticationChannelResult
    from .authorization_request import AuthorizationRequest
    from .backchannel_authentication_request import BackchannelAuthenticationRequest
    from .backchannel_authentication_response import BackchannelAuthenticationResponse
    from .backchannel_logout_request import BackchannelLogoutRequest
    from .client_credentials import ClientCredentials
    from .client_information import ClientInformation
    from .client_installation import ClientInstallation
    from .client_metadata import ClientMetadata
    from .client_representation import ClientRepresentation
    from .confirmation import Confirmation
    from .device_authorization_request import DeviceAuthorizationRequest
    from .device_authorization_response import DeviceAuthorizationResponse
    from .endpoint_aliases import EndpointAliases
    from .error_response import ErrorResponse
    from .integers import Integers
    from .introspection_request import IntrospectionRequest
    from .introspection_response import IntrospectionResponse
    from .json_web_key import JsonWebKey
    from .json_web_key_set import JsonWebKeySet
    from .logout_request import LogoutRequest
    from .open_object import OpenObject
    from .openid_configuration import OpenIDConfiguration
    from .permission_request import PermissionRequest
    from .permission_ticket import PermissionTicket
    from .permission_ticket_response import PermissionTicketResponse
    from .protocol_mapper import ProtocolMapper
    from .pushed_authorization_request import PushedAuthorizationRequest
    from .pushed_authorization_response import PushedAuthorizationResponse
    from .realm_description import RealmDescription
    from .resource_access import ResourceAccess
    from .resource_owner import ResourceOwner
    from .resource_scope import ResourceScope
    from .revocation_request import RevocationRequest
    from .text_lists import TextLists
    from .texts import Texts
    from .token_claims import TokenClaims
    from .token_request import TokenRequest
    from .token_response import TokenResponse
    from .uma_authorization import UmaAuthorization
    from .uma_configuration import UmaConfiguration
    from .uma_decision import UmaDecision
    from .uma_permission import UmaPermission
    from .uma_policy import UmaPolicy
    from .uma_resource import UmaResource
    from .uma_resource_request import UmaResourceRequest
    from .user_info import UserInfo
    from .user_info_request import UserInfoRequest

_MODULES = {
    "Access": ".access",
    "Address": ".address",
    "AuthenticationChannelResult": ".authentication_channel_result",
    "AuthorizationRequest": ".authorization_request",
    "BackchannelAuthenticationRequest": ".backchannel_authentication_request",
    "BackchannelAuthenticationResponse": ".backchannel_authentication_response",
    "BackchannelLogoutRequest": ".backchannel_logout_request",
    "ClientCredentials": ".client_credentials",
    "ClientInformation": ".client_information",
    "ClientInstallation": ".client_installation",
    "ClientMetadata": ".client_metadata",
    "ClientRepresentation": ".client_representation",
    "Confirmation": ".confirmation",
    "DeviceAuthorizationRequest": ".device_authorization_request",
    "DeviceAuthorizationResponse": ".device_authorization_response",
    "EndpointAliases": ".endpoint_aliases",
    "ErrorResponse": ".error_response",
    "Integers": ".integers",
    "IntrospectionRequest": ".introspection_request",
    "IntrospectionResponse": ".introspection_response",
    "JsonWebKey": ".json_web_key",
    "JsonWebKeySet": ".json_web_key_set",
    "LogoutRequest": ".logout_request",
    "OpenObject": ".open_object",
    "OpenIDConfiguration": ".openid_configuration",
    "PermissionRequest": ".permission_request",
    "PermissionTicket": ".permission_ticket",
    "PermissionTicketResponse": ".permission_ticket_response",
    "ProtocolMapper": ".protocol_mapper",
    "PushedAuthorizationRequest": ".pushed_authorization_request",
    "PushedAuthorizationResponse": ".pushed_authorization_response",
    "RealmDescription": ".realm_description",
    "ResourceAccess": ".resource_access",
    "ResourceOwner": ".resource_owner",
    "ResourceScope": ".resource_scope",
    "RevocationRequest": ".revocation_request",
    "TextLists": ".text_lists",
    "Texts": ".texts",
    "TokenClaims": ".token_claims",
    "TokenRequest": ".token_request",
    "TokenResponse": ".token_response",
    "UmaAuthorization": ".uma_authorization",
    "UmaConfiguration": ".uma_configuration",
    "UmaDecision": ".uma_decision",
    "UmaPermission": ".uma_permission",
    "UmaPolicy": ".uma_policy",
    "UmaResource": ".uma_resource",
    "UmaResourceRequest": ".uma_resource_request",
    "UserInfo": ".user_info",
    "UserInfoRequest": ".user_info_request",
}

__all__ = (
    "Access",
    "Address",
    "AuthenticationChannelResult",
    "AuthorizationRequest",
    "BackchannelAuthenticationRequest",
    "BackchannelAuthenticationResponse",
    "BackchannelLogoutRequest",
    "ClientCredentials",
    "ClientInformation",
    "ClientInstallation",
    "ClientMetadata",
    "ClientRepresentation",
    "Confirmation",
    "DeviceAuthorizationRequest",
    "DeviceAuthorizationResponse",
    "EndpointAliases",
    "ErrorResponse",
    "Integers",
    "IntrospectionRequest",
    "IntrospectionResponse",
    "JsonWebKey",
    "JsonWebKeySet",
    "LogoutRequest",
    "OpenIDConfiguration",
    "OpenObject",
    "PermissionRequest",
    "PermissionTicket",
    "PermissionTicketResponse",
    "ProtocolMapper",
    "PushedAuthorizationRequest",
    "PushedAuthorizationResponse",
    "RealmDescription",
    "ResourceAccess",
    "ResourceOwner",
    "ResourceScope",
    "RevocationRequest",
    "TextLists",
    "Texts",
    "TokenClaims",
    "TokenRequest",
    "TokenResponse",
    "UmaAuthorization",
    "UmaConfiguration",
    "UmaDecision",
    "UmaPermission",
    "UmaPolicy",
    "UmaResource",
    "UmaResourceRequest",
    "UserInfo",
    "UserInfoRequest",
)

if not TYPE_CHECKING:  # to a type checker a name that is not imported above is an error

    def __getattr__(name: str) -> Any:
        module = _MODULES.get(name)
        if module is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(module, __name__), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
