# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Typed models and operations of a Keycloak realm: OpenID Connect, OAuth 2.0 and UMA 2.0."""
