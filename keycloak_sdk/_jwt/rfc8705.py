# SPDX-License-Identifier: Apache-2.0
"""Access tokens that are bound to the certificate of a TLS client.

Source: RFC 8705 section 3.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from keycloak_sdk._jwt.compact import encode_segment
from keycloak_sdk.exceptions import KeycloakRequestError

Certificate: TypeAlias = str | bytes | x509.Certificate
"""A certificate: PEM, DER, or an object of the package cryptography."""


def certificate_thumbprint(certificate: Certificate) -> str:
    """Return `x5t#S256` of a certificate; of the first one, when the PEM text is a chain.

    Raises:
        KeycloakRequestError: It is no certificate.
    """
    return encode_segment(sha256(_der(certificate)).digest())


def _der(certificate: Certificate) -> bytes:
    if isinstance(certificate, x509.Certificate):
        return certificate.public_bytes(Encoding.DER)
    if isinstance(certificate, str | bytes):
        try:
            data = certificate.encode("ascii") if isinstance(certificate, str) else certificate
            load = x509.load_pem_x509_certificate if b"-----BEGIN" in data else x509.load_der_x509_certificate
            return load(data).public_bytes(Encoding.DER)
        except ValueError:
            pass
    raise KeycloakRequestError(
        "certificate is that of the TLS client: PEM text, DER bytes, or an x509.Certificate"
    )
