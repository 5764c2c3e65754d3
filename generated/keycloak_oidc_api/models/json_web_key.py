# SPDX-License-Identifier: Apache-2.0
# Generated code: do not edit.
# Source: spec/keycloak-oidc.yaml, spec/templates, spec/runtime
# Command: python spec/generate.py
from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from attrs import define

from ..decoding import (
    text,
    texts,
)
from ..types import Member, Model


@define(frozen=True, kw_only=True, eq=False, repr=False)
class JsonWebKey(Model):
    """A key (RFC 7517 section 4). The server publishes public keys; a client's own set may hold private ones."""

    kty: str
    """Kind of key."""
    kid: str | None = None
    """Id of the key; the header of a token names it."""
    alg: str | None = None
    """Algorithm the key is for."""
    use: str | None = None
    """`sig` or `enc`."""
    key_ops: list[str] | None = None
    """Operations the key is for."""
    n: str | None = None
    """RSA modulus."""
    e: str | None = None
    """RSA exponent."""
    crv: str | None = None
    """Curve."""
    x: str | None = None
    """Coordinate of the public point."""
    y: str | None = None
    """Coordinate of the public point."""
    x5c: list[str] | None = None
    """Certificate chain, each base64 of DER."""
    x5t: str | None = None
    """SHA-1 thumbprint of the certificate."""
    x5t_s256: str | None = None
    """SHA-256 thumbprint of the certificate."""
    x5u: str | None = None
    """URL of the certificate chain."""
    d: str | None = None
    """Private part."""
    p: str | None = None
    """Private part of an RSA key."""
    q: str | None = None
    """Private part of an RSA key."""
    dp: str | None = None
    """Private part of an RSA key."""
    dq: str | None = None
    """Private part of an RSA key."""
    qi: str | None = None
    """Private part of an RSA key."""
    k: str | None = None
    """A symmetric key."""

    _MEMBERS: ClassVar[Mapping[str, Member]] = {
        "kty": ("kty", str, text),
        "kid": ("kid", str, text),
        "alg": ("alg", str, text),
        "use": ("use", str, text),
        "key_ops": ("key_ops", None, texts),
        "n": ("n", str, text),
        "e": ("e", str, text),
        "crv": ("crv", str, text),
        "x": ("x", str, text),
        "y": ("y", str, text),
        "x5c": ("x5c", None, texts),
        "x5t": ("x5t", str, text),
        "x5t#S256": ("x5t_s256", str, text),
        "x5u": ("x5u", str, text),
        "d": ("d", str, text),
        "p": ("p", str, text),
        "q": ("q", str, text),
        "dp": ("dp", str, text),
        "dq": ("dq", str, text),
        "qi": ("qi", str, text),
        "k": ("k", str, text),
    }
    _REQUIRED: ClassVar[tuple[str, ...]] = ("kty",)
    _HIDDEN: ClassVar[frozenset[str]] = frozenset(
        {
            "d",
            "dp",
            "dq",
            "k",
            "p",
            "q",
            "qi",
        }
    )
