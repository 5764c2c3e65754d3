# SPDX-License-Identifier: Apache-2.0
"""No secret shows, in whatever test: what is secret on the wire must not be in a text of ours.

Secret is whatever holds the word "canary"; what goes to or comes from a server under a name that says so,
such as `client_secret` or `access_token`, unless it is somebody's name there as well; and what the realms of
`tests/realms` keep secret. It has eight letters at least, since a shorter one stands in many a sentence by
chance.

Texts are the log at DEBUG, warnings, URLs of our requests, what `repr` says of clients and results, and every
error that left us: its words, those of its causes, and the local variables of the frames of ours that a
traceback of any of them holds. The fixture `no_secret_shows` (tests/conftest.py) compares the two after every
test.
"""

from __future__ import annotations

import contextlib
import functools
import json
import logging
import sys
import threading
from types import FunctionType
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import httpx

from keycloak_sdk import InsecureConnectionWarning, exceptions
from keycloak_sdk._codec import _SECRET_MEMBERS
from support.project import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NAMES = _SECRET_MEMBERS | {"id_token"}
_PUBLIC = frozenset({"client_id", "username"})
_SHORTEST = 8
_OURS = ("keycloak_sdk", "keycloak_oidc_api")
_WORDS_OF_OTHERS = ("httpx", "httpcore")
"""Whose errors say what a transport says; a transport of the program's own may say anything."""


class Canaries(logging.Handler):
    """Collects secrets and texts; one object for the session."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._lasting = {"canary"}
        self._passing: set[str] = set()
        self._public: set[str] = set()
        self._texts: dict[str, str] = {}
        self._errors: list[BaseException] = []
        self._guard = threading.RLock()

    # what is collected

    def plant(self, value: object, *, lasting: bool = False) -> None:
        """Note a secret, for this test or for all that follow."""
        if isinstance(value, str) and len(value) >= _SHORTEST:
            with self._guard:
                (self._lasting if lasting else self._passing).add(value)

    def plant_members(self, value: object, *, lasting: bool = False) -> None:
        """Note the secrets in a JSON value or a form, for this test or for all that follow."""
        if isinstance(value, list):
            for item in value:
                self.plant_members(item, lasting=lasting)
        elif isinstance(value, dict):
            for name, item in value.items():
                if name in _NAMES:
                    self.plant(item, lasting=lasting)
                elif name in _PUBLIC:
                    self._public.add(str(item))
                self.plant_members(item, lasting=lasting)

    def shown(self, where: str, text: str) -> None:
        """Note a text."""
        with self._guard:
            self._texts.setdefault(text, where)

    def represented(self, value: object) -> None:
        """Note how an object of ours shows itself."""
        if _is_ours(type(value).__module__):
            self.shown("repr", f"{value!r} {value}")

    def raised(self, error: BaseException) -> None:
        """Note an error; it is looked at when the test is over, with the traceback that it has by then."""
        with self._guard:
            self._errors.append(error)

    def emit(self, record: logging.LogRecord) -> None:
        """Note what is logged."""
        self.shown("log", f"{self.format(record)} {record.args!r}")

    # what is made of it

    def check(self) -> None:
        """Fail when a secret shows; forget the test."""
        with self._guard:
            errors, self._errors = self._errors, []
            for error in filter(_has_left, errors):
                for where, text in _texts_of(error):
                    self.shown(where, text)
            texts, self._texts = self._texts, {}
            secrets = self._lasting | (self._passing - self._public)
            self._passing, self._public = set(), set()
        every = "\n".join(texts)
        found = {
            f"{where}: {text}"[:2000]
            for secret in secrets
            if secret in every
            for text, where in texts.items()
            if secret in text
        }
        assert not found, "a secret shows in\n" + "\n".join(sorted(found))

    def watch(self) -> None:
        """Begin to collect."""
        for path in [*ROOT.glob("tests/realms/*.json"), *ROOT.glob("keycloak_sdk/testing/realms/*.json")]:
            self.plant_members(json.loads(path.read_text("utf-8")), lasting=True)
        logger = logging.getLogger("keycloak_sdk")
        logger.addHandler(self)
        logger.setLevel(logging.DEBUG)
        _after(httpx.Request, "__init__", self._note_request)
        _after(httpx.Request, "read", self._note_body)
        _after(httpx.Response, "__init__", self._note_response)
        _after(exceptions.KeycloakError, "__init__", self.raised)
        _after(InsecureConnectionWarning, "__init__", self.raised)
        recast = exceptions._recast

        @functools.wraps(recast)
        def noting(*arguments: Any) -> Any:
            copy = recast(*arguments)
            self.raised(copy)
            return copy

        exceptions._recast = noting  # type: ignore[assignment] # the same, but for the note

    def _note_request(self, request: httpx.Request) -> None:
        if _is_ours(sys._getframe(2).f_globals.get("__name__", "")):
            self.shown("URL", str(request.url))
        self.plant(request.headers.get("authorization", "").rpartition(" ")[2])

    def _note_response(self, response: httpx.Response) -> None:
        if 200 <= response.status_code < 300:
            self._note_body(response)

    def _note_body(self, message: httpx.Request | httpx.Response) -> None:
        content: bytes = getattr(message, "_content", b"")
        with contextlib.suppress(ValueError, RecursionError):
            if message.headers.get("content-type") == "application/x-www-form-urlencoded":
                self.plant_members(dict(parse_qsl(content.decode())))
            elif content[:1] in {b"{", b"["}:
                self.plant_members(json.loads(content))


def _after(owner: type, name: str, note: Callable[[Any], None]) -> None:
    """Have an object noted when its method has returned."""
    method = getattr(owner, name)

    def noting(self: Any, *arguments: Any, **named: Any) -> Any:
        result = method(self, *arguments, **named)
        note(self)
        return result

    setattr(owner, name, functools.wraps(method)(noting) if isinstance(method, FunctionType) else noting)


def _has_left(error: BaseException) -> bool:
    """Whether an error reached the program: what we catch ourselves is seen by nobody."""
    if error.__traceback__ is None:
        return True
    outermost: str = error.__traceback__.tb_frame.f_globals.get("__name__", "")
    return outermost.startswith("keycloak_sdk._twins") or not _is_ours(outermost)


def _is_ours(module: str) -> bool:
    """Whether a module is of the SDK; errors of the test server may show the realms it is given."""
    return module.partition(".")[0] in _OURS and not module.startswith("keycloak_sdk.testing")


def _texts_of(error: BaseException) -> Iterator[tuple[str, str]]:
    """Yield everything that is printed of an error, and where."""
    seen: set[int] = set()
    left: list[BaseException | None] = [error]
    while left:
        each = left.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        left += [each.__cause__, each.__context__]
        kind = type(each).__name__
        if not type(each).__module__.startswith(_WORDS_OF_OTHERS):
            yield kind, f"{each} {each!r} {each.args!r} {getattr(each, '__notes__', '')}"
        if isinstance(each, exceptions.KeycloakError):
            yield kind, repr({name: value for name, value in vars(each).items() if name != "response_body"})
        step = each.__traceback__
        while step is not None:
            frame = step.tb_frame
            if _is_ours(frame.f_globals.get("__name__", "")):
                for name, value in frame.f_locals.items():
                    place = f"{frame.f_code.co_filename}:{step.tb_lineno} {frame.f_code.co_qualname}"
                    yield f"{kind}, local {name} of {place}", _shown(value)
            step = step.tb_next


def _shown(value: object) -> str:
    """Return what a printer of tracebacks shows of a local variable."""
    try:
        return repr(value)
    except Exception as broken:  # an object that is not made yet has none
        return repr(broken)


CANARIES = Canaries()
