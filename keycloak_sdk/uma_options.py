# SPDX-License-Identifier: Apache-2.0
"""Arguments that the methods of `openid.uma` take by name, typed."""

from __future__ import annotations

from typing import TypedDict


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
