# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
"""Operations: the request to send and the response to read, no I/O."""
