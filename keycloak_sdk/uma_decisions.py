# SPDX-License-Identifier: Apache-2.0
"""What the server's answers about permissions mean together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from attrs import frozen

from keycloak_sdk.uma_permissions import AuthStatus, granted_scopes, missing_permissions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keycloak_oidc_api.models import UmaPermission

Reason: TypeAlias = Literal[
    "denied", "request_submitted", "invalid_resource", "invalid_scope", "not_logged_in"
]
"""Why a permission is missing."""


class Decision(AuthStatus):
    """A status that says why; true exactly when everything asked was granted.

    Attributes:
        granted: What the server granted of what was asked, as it said it.
        reasons: Why, for each permission that is missing: `denied`; `request_submitted`, the owner is asked
            now; `invalid_resource` or `invalid_scope`, the server knows none of that name, which it may pass
            over as `denied` beside others; `not_logged_in`, the server did not accept the token.
    """

    def __init__(
        self, is_logged_in: bool, granted: Sequence[UmaPermission], reasons: Mapping[str, Reason], asked: int
    ) -> None:
        authorized = is_logged_in and not reasons and bool(asked or granted)
        super().__init__(is_logged_in, authorized, set(reasons))
        self.granted = list(granted)
        self.reasons = dict(reasons)

    def __repr__(self) -> str:
        return (
            f"Decision(is_authorized={self.is_authorized}, is_logged_in={self.is_logged_in}, "
            f"reasons={self.reasons})"
        )


@frozen
class Answered:
    """What the server said to one question."""

    question: Sequence[str]
    """The permissions that it was about; none for everything."""
    granted: Sequence[UmaPermission]
    reason: Reason | None = None
    """Why nothing was granted; `None` when something was."""


def decided(needed: set[str], answers: Sequence[Answered], *, by_uri: bool = False) -> Decision:
    """Return what the answers to all questions mean together.

    The answer about a scope on any resource says nothing of a resource that was asked for by name: somebody
    else's may have the same name.

    Args:
        needed: Permissions as `build_permission_param` writes them.
        answers: One for each question; what none of them is about is missing.
        by_uri: Whether resources were named by URI, each in a question of its own.
    """
    if any(answer.reason == "not_logged_in" for answer in answers):
        return Decision(False, [], dict.fromkeys(needed, "not_logged_in"), len(needed))
    named = [grant for answer in answers if not _is_anywhere(answer) for grant in answer.granted]
    reasons: dict[str, Reason] = {}
    for answer in answers:
        asked = set(answer.question)
        if by_uri:
            missing = _missing_by_uri(asked, answer.granted)
        else:
            missing = missing_permissions(asked, answer.granted if _is_anywhere(answer) else named)
        reasons |= dict.fromkeys(missing, answer.reason or "denied")
    granted = [grant for answer in answers for grant in answer.granted]
    return Decision(True, granted, reasons, len(needed))


def _is_anywhere(answer: Answered) -> bool:
    return bool(answer.question) and answer.question[0].startswith("#")


def _missing_by_uri(asked: set[str], granted: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return what none of the resources of its URI grants; the answer names them otherwise."""

    def is_granted(permission: str) -> bool:
        _, separator, scopes = permission.partition("#")
        wanted = set(scopes.split(",")) if separator else set[str]()
        return any(wanted <= granted_scopes(grant) for grant in granted if grant.get("rsid"))

    return {permission for permission in asked if not is_granted(permission)}
