# SPDX-License-Identifier: Apache-2.0
"""The URL templates, against those of python-keycloak."""

from __future__ import annotations

import keycloak.urls_patterns as peer

from keycloak_sdk import urls_patterns


def templates(module: object) -> dict[str, str]:
    return {name: value for name, value in vars(module).items() if name.startswith("URL_")}


def test_every_template_of_python_keycloak_outside_the_admin_api_is_here_with_the_same_text() -> None:
    theirs = {name: url for name, url in templates(peer).items() if not url.startswith("admin/")}
    assert templates(urls_patterns) == theirs


def test_a_template_is_filled_by_names_with_hyphens() -> None:
    names = {"realm-name": "acme", "client-id": "web-app"}
    assert (
        urls_patterns.URL_CLIENT_UPDATE.format(**names) == "realms/acme/clients-registrations/default/web-app"
    )
