# SPDX-License-Identifier: Apache-2.0
"""The README and every page of `docs/` do what they say.

The ``python`` blocks of a page run in order, in one namespace, in a folder of their own, with warnings as
errors. `server_url` is there from the beginning: a Keycloak with the realm `demo` of the quickstart
(`keycloak_sdk/testing/realms/demo-realm.json`). A page that never says `server_url` needs no server. The same
goes for `redis_url`. A block may `await` at its top level.

A block that is a fragment, or waits for a person, is left out, and says why, on the line before its fence:

    <!-- not run: opens a browser -->
"""

from __future__ import annotations

import ast
import asyncio
import re
from contextlib import ExitStack
from inspect import CO_COROUTINE
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import httpx
import pytest
from attrs import frozen

from support.project import ROOT, named

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from keycloak_sdk.testing import KeycloakServer

DEMO_REALM = ROOT / "keycloak_sdk" / "testing" / "realms" / "demo-realm.json"
PAGES = sorted({ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("spec/*.md")})

_BLOCK = re.compile(
    r"^(?P<skip>[ ]*<!-- not run: (?P<reason>.*?) -->[ ]*\n)?```python[ ]*\n(?P<code>.*?)^```[ ]*$",
    re.MULTILINE | re.DOTALL,
)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (?P<title>.+?)[ ]*$", re.MULTILINE)


@frozen
class Block:
    """A ``python`` block of a page: where it begins, its text, why it is left out."""

    line: int
    code: str
    reason: str | None


def blocks_of(text: str) -> list[Block]:
    """Return the blocks of a page."""
    return [
        Block(text.count("\n", 0, match.start("code")), match["code"], match["reason"])
        for match in _BLOCK.finditer(text)
    ]


def run(block: Block, page: str, namespace: dict[str, Any]) -> None:
    """Run a block; a traceback names the line of the page."""
    code: CodeType = compile(
        "\n" * block.line + block.code, page, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True
    )
    result = FunctionType(code, namespace)()
    if code.co_flags & CO_COROUTINE:
        asyncio.run(result)


def runnable(page: Path) -> list[Block]:
    """Return the blocks of a page that are run."""
    return [block for block in blocks_of(page.read_text("utf-8")) if block.reason is None]


def needs_server(page: Path, url: str = "server_url") -> bool:
    """Whether the code of a page uses the URL of a server."""
    return any(url in block.code for block in runnable(page))


@pytest.fixture(scope="module")
def demo_url(keycloak_server: KeycloakServer) -> Iterator[str]:
    """Return the URL of a server with the realm `demo`."""
    with ExitStack() as undo:
        if httpx.get(f"{keycloak_server.url}/realms/demo").status_code == 404:
            undo.enter_context(keycloak_server.realm(DEMO_REALM))
        yield keycloak_server.url


@pytest.fixture
def namespace(page: Path, request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return what the first block of a page finds."""
    found = {"server_url": request.getfixturevalue("demo_url")} if needs_server(page) else {}
    if needs_server(page, "redis_url"):
        found["redis_url"] = request.getfixturevalue("redis_server").url
    return {"__name__": "__main__", **found}


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, marks=[pytest.mark.live] if needs_server(page) else [], id=named(page))
        for page in PAGES
    ],
)
def test_the_code_of_a_page_runs(
    page: Path, namespace: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for block in runnable(page):
        run(block, named(page), namespace)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_block_that_is_left_out_says_why_and_is_python_all_the_same(page: Path) -> None:
    for block in blocks_of(page.read_text("utf-8")):
        if block.reason is not None:
            assert block.reason.strip()
            compile(block.code, named(page), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    lost = [
        target
        for target in (match["target"] for match in _LINK.finditer(page.read_text("utf-8")))
        if not re.match(r"[a-z]+:", target) and not leads_somewhere(page, unquote(target))
    ]
    assert lost == []


def leads_somewhere(page: Path, target: str) -> bool:
    """Whether a relative link names a file of the project, and a heading of it if it says so."""
    path, _, anchor = target.partition("#")
    found = (page.parent / path).resolve() if path else page
    if not found.exists() or not found.is_relative_to(ROOT):
        return False
    return not anchor or anchor in {
        anchor_of(match["title"]) for match in _HEADING.finditer(found.read_text())
    }


def anchor_of(title: str) -> str:
    """Return the anchor that GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


PAGE = """
# A page: `x`

```python
import asyncio

a = 1
```

<!-- not run: a fragment -->
```python
a.missing
```

```console
$ false
```

```python
await asyncio.sleep(0)
b = a + 1
raise LookupError(b)
```
"""


def test_blocks_share_a_namespace_may_await_and_name_the_line_of_the_page() -> None:
    first, fragment, last = blocks_of(PAGE)
    assert fragment.reason == "a fragment"
    namespace: dict[str, Any] = {}
    run(first, "page.md", namespace)
    with pytest.raises(LookupError) as caught:
        run(last, "page.md", namespace)
    assert caught.value.args == (2,)
    frame = caught.traceback[-1]
    assert (str(frame.path), frame.lineno + 1) == ("page.md", PAGE[: PAGE.index("raise")].count("\n") + 1)


def test_a_heading_has_the_anchor_that_github_gives_it() -> None:
    assert anchor_of("A page: `x`") == "a-page-x"
