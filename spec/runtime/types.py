# SPDX-License-Identifier: Apache-2.0
"""Base of the models, and what operations take and give.

A ``Model`` is the JSON object it was read from: a ``dict`` to Python, an attrs class to a type checker.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - typing.get_type_hints looks for it here
from typing import TYPE_CHECKING, Any, ClassVar, NotRequired, Protocol, TypeAlias, TypedDict

from attrs import define, field

from .decoding import Decoder, Mapped, is_array, is_object, json_type, step
from .errors import DecodeError, EncodeError, UnexpectedStatusError

if TYPE_CHECKING:
    from typing import Self

__all__ = (
    "REDACTED",
    "DecodeError",
    "EncodeError",
    "Model",
    "RequestKwargs",
    "ResponseLike",
    "UnexpectedStatusError",
)

REDACTED = "***"

Member: TypeAlias = tuple[str, type | None, Decoder]
"""Attribute of a member, the exact type that needs no decoding, the decoder of everything else."""

_set = object.__setattr__


class RequestKwargs(TypedDict):
    """Keyword arguments of ``httpx.Client.request``; ``url`` is the path below the server's URL."""

    method: str
    url: str
    params: NotRequired[dict[str, str | list[str]]]
    headers: NotRequired[dict[str, str]]
    data: NotRequired[dict[str, str | list[str]]]
    json: NotRequired[Any]
    extensions: NotRequired[dict[str, Any]]
    """``url_template``: the path before its parameters were put in."""


class ResponseLike(Protocol):
    """What ``parse_response`` needs of a response; ``httpx.Response`` has it."""

    @property
    def status_code(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def text(self) -> str: ...
    def json(self) -> Any: ...


@define(frozen=True, kw_only=True, eq=False, repr=False)
class Model(dict[str, Any]):
    """A JSON object: the ``dict`` that was sent, with its described members as typed attributes.

    An absent member is missing as a key and ``None`` as an attribute; members that the description does not
    name are kept. Attributes are read-only. Items can be assigned and removed as in any ``dict``, whatever
    their type, and the attributes follow. ``repr`` and ``str`` hide what the description marks as a secret
    or as personal, and print only the names of members it does not know; ``dict(model)`` and ``json.dumps``
    hide nothing.
    """

    _MEMBERS: ClassVar[Mapping[str, Member]] = {}
    _REQUIRED: ClassVar[tuple[str, ...]] = ()
    _HIDDEN: ClassVar[frozenset[str]] = frozenset()
    _OTHERS: ClassVar[tuple[Decoder, ...]] = ()
    _CHECKED: ClassVar[Mapping[str, Member]] = {}
    _KEYS: ClassVar[Mapping[str, str]] = {}

    additional_properties: Mapping[str, Any] = field(factory=dict[str, Any])
    """Members that the description does not name."""

    def __init_subclass__(cls) -> None:
        cls._CHECKED = {key: it for key, it in cls._MEMBERS.items() if not isinstance(it[2], Mapped)}
        cls._KEYS = {attribute: key for key, (attribute, _, _) in cls._MEMBERS.items()}

    def __attrs_post_init__(self) -> None:
        for key, (attribute, _, _) in self._MEMBERS.items():
            if (value := getattr(self, attribute)) is not None:
                super().__setitem__(key, value)
            elif key in self:
                self._follow(key)

    @classmethod
    def from_dict(cls, value: object, path: str = "$") -> Self:
        """Read the JSON object ``value``, which stands at ``path`` of its document.

        Types are checked here; what has the described type becomes an attribute when it is first asked for.

        Raises:
            DecodeError: A described member is missing or has another type than described.
        """
        if not is_object(value):
            raise DecodeError(path, "object", json_type(value))
        self = cls.__new__(cls)
        super(Model, self).update(value)
        checked, key = cls._CHECKED, ""
        try:
            for key in cls._REQUIRED:
                if value.get(key) is None:
                    cls._require(key, present=key in value)
            for key, item in value.items():
                if key in checked and item is not None:
                    attribute, kind, decode = checked[key]
                    if type(item) is not kind:
                        decoded = decode(item)
                        _set(self, attribute, decoded)
                        self._replace(key, item, decoded)
                elif cls._OTHERS and key not in cls._MEMBERS:
                    self._replace(key, item, cls._OTHERS[0](item))
        except DecodeError as error:
            error.under(path + step(key))
            raise
        return self

    def _replace(self, key: str, item: object, decoded: object) -> None:
        """Let the item of ``key`` be the model that was made of it."""
        if decoded is not item and isinstance(decoded, dict | list):
            super().__setitem__(key, decoded)

    @classmethod
    def _require(cls, key: str, *, present: bool) -> None:
        """Refuse the absence of a member, in the words of its decoder."""
        _, _, decode = cls._MEMBERS[key]
        try:
            decode(None)
        except DecodeError as error:
            if not present:
                error.found = "nothing"
            raise

    @classmethod
    def _revived(cls, items: Mapping[str, Any]) -> Self:
        """A copy of a model, whatever the program that held it has made of its items."""
        self = cls.__new__(cls)
        super(Model, self).update(items)
        return self

    def _follow(self, key: str) -> None:
        """Give the attribute of ``key`` the value of the item, decoded if it can be."""
        if member := self._MEMBERS.get(key):
            attribute, _, decode = member
            value = self.get(key)
            try:
                _set(self, attribute, None if value is None else decode(value))
            except DecodeError:
                _set(self, attribute, value)

    def _read(self, key: str) -> Any:
        """The item of ``key``, as a model where the description has one."""
        getattr(self, self._MEMBERS[key][0])
        return self[key]

    def to_dict(self) -> dict[str, Any]:
        """The JSON object as plain ``dict`` and ``list``, nothing hidden."""
        return {key: _plain(value) for key, value in self.items()}

    def copy(self) -> Self:
        """A shallow copy, of the same class."""
        return self._revived(self)

    def __copy__(self) -> Self:
        return self._revived(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return self._revived, (dict(self),)

    def __repr__(self) -> str:
        parts = [
            f"{attribute}={REDACTED!r}" if key in self._HIDDEN else f"{attribute}={_shown(self._read(key))}"
            for key, (attribute, _, _) in self._MEMBERS.items()
            if self.get(key) is not None
        ]
        others = self.additional_properties
        if self._OTHERS:
            parts += [f"{key!r}: {_shown(value)}" for key, value in others.items()]
        elif others:
            parts.append(f"additional_properties={_shown(others)}")
        return f"{type(self).__name__}({', '.join(parts)})"

    __str__ = __repr__

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        self._follow(key)

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        self._follow(key)

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            # The attributes of what was read are unset until somebody asks: most are never asked for.
            key = self._KEYS.get(name)
            if key is None:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            item = self.get(key)
            self._follow(key)
            value = object.__getattribute__(self, name)
            self._replace(key, item, value)
            return value

        # dict's own methods write past __setitem__ and __delitem__; to a type checker theirs are right.

        def pop(self, key, *default):
            value = super().pop(key, *default)
            self._follow(key)
            return value

        def popitem(self):
            key, value = super().popitem()
            self._follow(key)
            return key, value

        def clear(self):
            super().clear()
            for key in self._MEMBERS:
                self._follow(key)

        def setdefault(self, key, default=None):
            value = super().setdefault(key, default)
            self._follow(key)
            return value

        def update(self, *others, **members):
            for key, value in dict(*others, **members).items():
                self[key] = value

        def __ior__(self, others):
            self.update(others)
            return self


if not TYPE_CHECKING:
    # The items hold the other members already. To attrs they are a field, so that the constructor takes them
    # and attrs.evolve keeps them; what is read is a view of the items.
    Model.additional_properties = property(
        lambda model: {key: value for key, value in model.items() if key not in model._MEMBERS}, dict.update
    )


def _shown(value: object) -> str:
    """The ``repr`` of a described value; of an object without a model, the names of its members."""
    if is_object(value) and not isinstance(value, Model):
        return f"<{', '.join(map(str, value))}>"
    return f"[{', '.join(map(_shown, value))}]" if is_array(value) else repr(value)


def _plain(value: object) -> Any:
    if is_object(value):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if is_array(value) else value
