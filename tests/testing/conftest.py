# SPDX-License-Identifier: Apache-2.0
"""A world without network and Java: a Maven repository, a Java and a Keycloak that are small scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from keycloak_sdk.testing import KeycloakServer
from support.keycloak_world import Maven, distribution, make_java, running_maven

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path


@pytest.fixture
def maven(tmp_path: Path) -> Generator[Maven]:
    """A Maven repository with one version of Keycloak."""
    root = tmp_path / "maven"
    root.mkdir()
    with running_maven(root) as maven:
        maven.publish(distribution())
        yield maven


@pytest.fixture
def world(tmp_path: Path, maven: Maven, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Everything a server needs, made of scripts; returns the cache directory."""
    for name in ("KEYCLOAK_URL", "KEYCLOAK_VERSION", "KEYCLOAK_ADMIN_USERNAME", "KEYCLOAK_ADMIN_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KEYCLOAK_SDK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("KEYCLOAK_SDK_MAVEN", f"{maven.url}/")
    monkeypatch.setenv("JAVA_HOME", str(make_java(tmp_path / "jdk", "21.0.4")))
    return tmp_path / "cache"


@pytest.fixture
def lines() -> list[str]:
    """What the servers of this test said about their progress, without the seconds."""
    return []


@pytest.fixture
def make_server(world: Path, lines: list[str]) -> Callable[..., KeycloakServer]:
    """Return a function that makes a server with the given realms and settings in this world."""
    del world

    def make(*realms: Any, **settings: Any) -> KeycloakServer:
        def note(line: str) -> None:
            lines.append(line.partition(" s  ")[2])

        return KeycloakServer(realms, **({"progress": note, "timeout": 20.0} | settings))

    return make
