# SPDX-License-Identifier: Apache-2.0
"""Whether who presents a token has the key that it is bound to.

Source: RFC 7800 section 3.1; RFC 9449 section 7.1; RFC 8705 section 3.
"""

from __future__ import annotations

from hmac import compare_digest
from typing import TYPE_CHECKING

from attrs import frozen

from keycloak_sdk._jwt.errors import TokenBindingError
from keycloak_sdk._jwt.rfc8705 import certificate_thumbprint
from keycloak_sdk._jwt.rfc9449 import check_proof

if TYPE_CHECKING:
    from keycloak_oidc_api.models import TokenClaims
    from keycloak_sdk._jwt.replay import OneUse
    from keycloak_sdk._jwt.rfc8705 import Certificate
    from keycloak_sdk._jwt.rfc9449 import DPoPProof


@frozen
class _Binding:
    """One way to bind a token.

    Attributes:
        member: Member of `cnf`.
        key: What it names.
        argument: Argument that shows it.
        setting: Setting of a client in Keycloak.
    """

    member: str
    key: str
    argument: str
    setting: str

    def check(self, bound: object, given: object) -> None:
        """Check that the token is bound in this way when a proof was given, and the reverse."""
        if bound is not None and given is None:
            raise TokenBindingError(
                f"the token is bound to a {self.key} (cnf.{self.member}), which nothing shows: "
                f"pass {self.argument}",
                expected=self.argument,
                found="nothing",
            )
        if bound is None and given is not None:
            raise TokenBindingError(
                f"the token is not bound to a {self.key} (cnf.{self.member}), for which {self.argument} was "
                f"given: turn on {self.setting!r} of the client",
                expected=f"cnf.{self.member}",
                found="a token that is not bound to it",
            )


_DPOP = _Binding("jkt", "DPoP key", "proof=", "Require DPoP bound tokens")
_CERTIFICATE = _Binding(
    "x5t#S256",
    "TLS client certificate",
    "certificate=",
    "OAuth 2.0 Mutual TLS Certificate Bound Access Tokens Enabled",
)


def check_confirmation(
    claims: TokenClaims,
    token: str | bytes,
    *,
    proof: DPoPProof | None,
    certificate: Certificate | None,
    now: float,
    leeway: float,
) -> OneUse | None:
    """Check the token's `cnf` against what came with it.

    A bound token without its proof is refused, for else a stolen one would be as good; so is a token that is
    not bound where a proof came, for else a thief would leave the binding out.

    Args:
        claims: The verified claims.
        token: The token itself.
        proof: DPoP proof of the request; `None` without one.
        certificate: Certificate of the TLS client; `None` without one.
        now: Seconds since the epoch.
        leeway: Seconds that clocks may differ.

    Returns:
        The use of the proof, which may be the only one; `None` without a proof.

    Raises:
        TokenBindingError, TokenProofError, TokenProofNonceError.
    """
    key = claims.cnf.jkt if claims.cnf is not None else None
    thumbprint = claims.cnf.x5t_s256 if claims.cnf is not None else None
    if key is None and thumbprint is None and (claims.cnf is not None or claims.typ == "DPoP"):
        raise TokenBindingError(
            "the token is bound in a way that is not known here, or does not say to what: expected jkt or "
            "x5t#S256 in cnf",
            expected="jkt or x5t#S256",
        )
    _CERTIFICATE.check(thumbprint, certificate)
    if thumbprint is not None and certificate is not None:
        _check_certificate(thumbprint, certificate)
    _DPOP.check(key, proof)
    if key is None or proof is None:
        return None
    return check_proof(
        proof, token.encode("ascii") if isinstance(token, str) else token, key, now=now, leeway=leeway
    )


def _check_certificate(thumbprint: str, certificate: Certificate) -> None:
    if not compare_digest(thumbprint.encode(), certificate_thumbprint(certificate).encode()):
        raise TokenBindingError(
            "the token is bound to another TLS client certificate (cnf.x5t#S256): behind a proxy, pass the "
            "certificate that it forwards",
            expected="the certificate that the token was issued to",
            found="another certificate",
        )
