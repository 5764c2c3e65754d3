# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
from __future__ import annotations

from attrs import define

from ..types import Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class OpenObject(Model):
    """An object of any members."""
