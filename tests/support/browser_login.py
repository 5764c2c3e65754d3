# SPDX-License-Identifier: Apache-2.0
"""The user's side of a login: Keycloak's own pages, filled in over HTTP.

::

    with Browser() as browser:
        answer = browser.log_in(url, "ann", "ann")   # ends where the server sends the user back
        code = answer["code"]
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx
from attrs import define, field

from support.realms import REDIRECT_URI

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

_MOST_PAGES = 12


@define
class Form:
    """A form of a page."""

    action: str
    fields: dict[str, str] = field(factory=dict)
    """Hidden and other inputs with the value that they have at first."""
    buttons: dict[str, str] = field(factory=dict)


class Browser:
    """A user agent with cookies of its own.

    Keycloak's cookies are `Secure` over http as well, where only browsers that trust their own machine
    send them back; this one does.
    """

    def __init__(self) -> None:
        self._client = httpx.Client(
            trust_env=False, timeout=30, event_hooks={"response": [self._trust_this_machine]}
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._client.close()

    def log_in(self, url: str, username: str, password: str) -> dict[str, str]:
        """Open a URL, log in and return what the server sends to the redirect URI."""
        page = self._open(url)
        if _came_back(page) is None:
            page = self._submit(page, {"username": username, "password": password})
        answer = _came_back(page)
        assert answer is not None, f"no way back: {_words(page)}"
        return answer

    def visit(self, url: str, username: str, password: str) -> str:
        """Open a URL, log in and go wherever the server sends the user; return the last page's words."""
        return _words(self._submit(self._open(url), {"username": username, "password": password}))

    def decide_on_device(self, url: str, username: str, password: str, *, approve: bool) -> str:
        """Open the URL that a device shows, log in, and grant it access or not; return the page's words."""
        page = self._submit(self._open(url), {"username": username, "password": password})
        button = "accept" if approve else "cancel"
        assert button in _form(page).buttons, f"no question: {_words(page)}"
        return _words(self._submit(page, {}, button))

    def _trust_this_machine(self, response: httpx.Response) -> None:
        self._client.cookies.extract_cookies(response)
        for cookie in self._client.cookies.jar:
            cookie.secure = False

    def _open(self, url: str) -> httpx.Response:
        return self._follow(self._client.get(url))

    def _submit(
        self, page: httpx.Response, values: dict[str, str], button: str | None = None
    ) -> httpx.Response:
        form = _form(page)
        pressed = {} if button is None else {button: form.buttons[button]}
        action = urljoin(str(page.url), form.action)
        return self._follow(self._client.post(action, data=form.fields | values | pressed))

    def _follow(self, response: httpx.Response) -> httpx.Response:
        """Follow redirects up to the redirect URI, where nobody listens."""
        for _ in range(_MOST_PAGES):
            if not response.has_redirect_location or _came_back(response) is not None:
                return response
            response = self._client.get(urljoin(str(response.url), response.headers["location"]))
        raise AssertionError("the server redirects without end")


def _came_back(response: httpx.Response) -> dict[str, str] | None:
    """Return the parameters that a redirect brings to the redirect URI; `None` when it leads elsewhere."""
    location = response.headers.get("location", "")
    if not location.startswith(REDIRECT_URI):
        return None
    parts = urlsplit(location)
    return dict(parse_qsl(parts.query or parts.fragment, keep_blank_values=True))


def _form(page: httpx.Response) -> Form:
    reader = _PageReader()
    reader.feed(page.text)
    assert reader.forms, f"no form: {_words(page)}"
    return reader.forms[0]


def _words(page: httpx.Response) -> str:
    reader = _PageReader()
    reader.feed(page.text)
    return f"{page.status_code} {page.url.path}: {' '.join(reader.words)}"


class _PageReader(HTMLParser):
    """Collects the forms and the words of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("script", "style"):
            self._unseen += 1
        elif tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif tag in ("input", "button") and self.forms and "name" in given:
            kind = given.get("type", "text")
            if tag == "button" or kind == "submit":
                self.forms[-1].buttons[given["name"]] = given.get("value", "")
            elif kind not in ("checkbox", "radio"):
                self.forms[-1].fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._unseen -= 1

    def handle_data(self, data: str) -> None:
        if not self._unseen and data.strip():
            self.words.append(" ".join(data.split()))
