# SPDX-License-Identifier: Apache-2.0
"""One TLS context for all connections with the same `verify` and `cert`: making one takes 20 ms."""

from __future__ import annotations

import os
import ssl
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from keycloak_sdk.exceptions import KeycloakConfigurationError

if TYPE_CHECKING:
    from keycloak_sdk._settings import Cert, Verify

_BUNDLE_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")


def tls_context(verify: Verify, cert: Cert) -> ssl.SSLContext:
    """Return the context for these settings.

    With `verify=True` the certificates trusted are those of the first of `REQUESTS_CA_BUNDLE`,
    `CURL_CA_BUNDLE`, `SSL_CERT_FILE`, `SSL_CERT_DIR` that is set, else httpx's own.

    Raises:
        KeycloakConfigurationError: A file is missing, or is not what it should be; or there is a `cert`
            beside an SSLContext.
    """
    if isinstance(verify, ssl.SSLContext):
        if cert is not None:  # the context is the caller's to change
            raise KeycloakConfigurationError(
                "cert is given beside an ssl.SSLContext: load it into that, by its load_cert_chain()"
            )
        return verify
    bundle = next(filter(None, map(os.environ.get, _BUNDLE_VARIABLES)), None) if verify is True else verify
    files = (bundle, *((cert,) if isinstance(cert, str) else cert or ()))
    return _context(
        bundle or None, cert, verify is not False, tuple(_changed(name) for name in files if name)
    )


def _changed(name: str) -> int:
    """When the file changed last, so that a renewed certificate is read anew."""
    try:
        return Path(name).stat().st_mtime_ns
    except OSError as cause:
        raise KeycloakConfigurationError(
            f"cannot read {name}: {cause.strerror}; check verify, cert and the CA bundle variables"
        ) from cause


@lru_cache(maxsize=64)
def _context(bundle: str | None, cert: Cert, check: bool, _changes: tuple[int, ...]) -> ssl.SSLContext:
    try:
        context = _trust(bundle) if check else _no_trust()
        if cert is not None:
            certificate, key = (cert, None) if isinstance(cert, str) else cert
            context.load_cert_chain(certificate, key, password="")  # without one, OpenSSL asks the terminal
    except (ssl.SSLError, OSError) as cause:
        names = ", ".join(filter(None, (bundle, *((cert,) if isinstance(cert, str) else cert or ()))))
        raise KeycloakConfigurationError(
            f"no PEM certificates or unencrypted keys that fit together: {names}"
        ) from cause
    return context


def _trust(bundle: str | None) -> ssl.SSLContext:
    if bundle is None:
        return httpx.create_ssl_context()
    if Path(bundle).is_dir():
        return ssl.create_default_context(capath=bundle)
    return ssl.create_default_context(cafile=bundle)


def _no_trust() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
