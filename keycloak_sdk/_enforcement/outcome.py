# SPDX-License-Identifier: Apache-2.0
"""What became of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from keycloak_oidc_api.models import TokenClaims
    from keycloak_sdk.authorization.evaluation import Evaluation
    from keycloak_sdk.uma_decisions import Decision


@frozen(repr=False)
class Outcome:
    """Whether a request goes on, and how it is answered when it does not; true when it does.

    Attributes:
        status: HTTP status of the answer; 200 when it goes on.
        reason: One line for the log: why.
        claims: What the verified token says; `None` without one.
        challenge: Value of `WWW-Authenticate`; `None` for none.
        decision: The server's decision, when it was asked.
        evaluation: The decision by the exported configuration, when there was one.
        missing_permissions: What is needed and not granted.
    """

    status: int
    reason: str
    claims: TokenClaims | None = None
    challenge: str | None = None
    decision: Decision | None = None
    evaluation: Evaluation | None = None
    missing_permissions: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return self.status == 200

    def __repr__(self) -> str:
        return f"Outcome(status={self.status}, reason={self.reason!r})"
