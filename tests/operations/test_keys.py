# SPDX-License-Identifier: Apache-2.0
"""What a program can do about its realm's keys: preload, look, forget, share."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from keycloak_sdk import (
    KeycloakConfigurationError,
    KeycloakConnectionError,
    KeycloakGetError,
    KeycloakOpenID,
    KeycloakRequestError,
    SignedKeySetCache,
)
from keycloak_sdk.exceptions import TokenExpiredError, TokenUnknownKeyError
from support.acme import CERTS, HERE, client, keys, token
from support.clock import ClockInHand
from support.tokens import jwk
from support.transport import always

if TYPE_CHECKING:
    from support.both import Both

pytestmark = pytest.mark.anyio

SECRET = "the secret of the client, 32 chars"
URI = f"http://kc{CERTS}"
DOWN = httpx.ConnectError("refused")


class Shelf(dict[str, bytes]):
    """A cache that processes share."""

    def put(self, uri: str, entry: bytes, ttl: float) -> None:
        assert ttl == 300
        self[uri] = entry

    def shared(self, secret: str = SECRET) -> SignedKeySetCache:
        return SignedKeySetCache(self, secret)


def lasting(hand: ClockInHand, kid: str = "realm") -> str:
    """Return a token that has not expired."""
    return token(kid, exp=hand.date.timestamp() + 60)


async def test_preloaded_keys_are_there_when_the_first_token_comes(both: Both) -> None:
    openid, seen = client(ClockInHand(), keys("realm", "other"))
    held = await both(openid.keys).preload()
    assert held.kids == ("realm", "other")
    assert (held.age, held.stale) == (0, False)
    await both(openid).decode_token(token())
    assert len(seen) == 1


async def test_preloading_fetches_whatever_is_held(both: Both) -> None:
    openid, seen = client(ClockInHand(), keys("realm"), keys("realm", "newer"))
    await both(openid).decode_token(token())
    assert (await both(openid.keys).preload()).kids == ("realm", "newer")
    await both(openid).decode_token(token("newer"))
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("answer", "error"), [(DOWN, KeycloakConnectionError), (httpx.Response(503), KeycloakGetError)]
)
async def test_preloading_says_that_it_failed_and_what_was_held_is_still_used(
    answer: Any, error: type[Exception], both: Both
) -> None:
    openid, _ = client(ClockInHand(), keys("realm"), answer)
    await both(openid.keys).preload()
    with pytest.raises(error):
        await both(openid.keys).preload()
    await both(openid).decode_token(token())


def test_what_is_held_can_be_looked_at_without_a_request() -> None:
    hand = ClockInHand()
    published = [jwk("RS256", kid="realm"), jwk("RS256", kid="enc", use="enc"), {"kty": "?"}]
    openid, seen = client(hand, httpx.Response(200, json={"keys": published}))
    assert openid.keys.held is None
    openid.decode_token(token())
    hand.forward(299)
    held = openid.keys.held
    assert held is not None
    assert [(key.kid, key.algorithms) for key in held.keys] == [
        ("realm", ("RS256",)),
        ("enc", ()),
        (None, ()),
    ]
    assert held.keys[1].refusal == "it is not for signatures (use is 'enc')"
    assert (held.kids, held.age, held.stale) == (("realm",), 299, False)
    hand.forward(1)
    assert openid.keys.held is not None
    assert openid.keys.held.stale
    hand.forward(86_100)
    assert openid.keys.held is None
    assert len(seen) == 1


async def test_forgotten_keys_are_fetched_again(both: Both) -> None:
    openid, seen = client(ClockInHand(), keys("realm"), keys("realm"))
    await both(openid).decode_token(token())
    openid.keys.forget()
    assert openid.keys.held is None
    await both(openid).decode_token(token())
    assert len(seen) == 2


async def test_keys_are_used_as_long_as_the_client_says(both: Both) -> None:
    hand = ClockInHand()
    openid, seen = client(hand, keys("realm"), keys("realm"), keys_ttl=20)
    for seconds in (0, 19, 2):
        hand.forward(seconds)
        await both(openid).decode_token(lasting(hand))
    assert len(seen) == 2


async def test_without_holding_every_token_has_the_keys_fetched_and_an_unknown_one_no_second_time(
    both: Both,
) -> None:
    openid, seen = client(ClockInHand(), *[keys("realm")] * 3, keys_ttl=0)
    for _ in range(2):
        await both(openid).decode_token(token())
    with pytest.raises(TokenUnknownKeyError) as caught:
        await both(openid).decode_token(token("other"))
    assert caught.value.retry_after is None
    assert len(seen) == 3


async def test_an_unknown_key_is_asked_for_as_often_as_the_client_says(both: Both) -> None:
    hand = ClockInHand()
    transport, seen = always(lambda _: keys("realm"))
    openid = KeycloakOpenID(
        "http://kc", "acme", "shop", transport=transport, clock=hand.clock, keys_cool_down=60
    )
    await both(openid).decode_token(token())
    for number in range(200):
        with pytest.raises(TokenUnknownKeyError):
            await both(openid).decode_token(token(f"other-{number % 3}"))
    assert len(seen) == 2
    hand.forward(61)
    with pytest.raises(TokenUnknownKeyError):
        await both(openid).decode_token(lasting(hand, "other-0"))
    assert len(seen) == 3


@pytest.mark.parametrize(
    "options",
    [
        {"keys_ttl": -1},
        {"keys_ttl": float("nan")},
        {"keys_ttl": 86_401},
        {"keys_ttl": None},
        {"keys_cool_down": 0},
        {"keys_cool_down": True},
        {"keys_cool_down": "10"},
        {"keys_cache": {}},
        {"verified_tokens": -1},
        {"verified_tokens": 1.5},
    ],
)
def test_settings_that_cannot_work_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(KeycloakConfigurationError, match=next(iter(options))):
        KeycloakOpenID("http://kc", "acme", "shop", **options)


async def test_a_realm_of_no_name_is_refused_and_nothing_sent(both: Both) -> None:
    openid, _ = client(ClockInHand())
    for name in ("..", ["acme"]):
        openid.realm_name = name  # type: ignore[assignment]
        with pytest.raises(KeycloakRequestError, match="realm_name"):
            await both(openid.keys).preload()


# --- a cache of processes


async def test_one_process_fetches_and_the_others_find_the_keys_in_the_cache(both: Both) -> None:
    hand, shelf = ClockInHand(), Shelf()
    first, seen = client(hand, keys("realm"), keys_cache=shelf.shared())
    await both(first).decode_token(token())
    assert len(seen) == 1
    hand.forward(100)
    second, none = client(hand, keys_cache=shelf.shared())
    await both(second).decode_token(lasting(hand))
    assert none == []
    assert second.keys.held is not None
    assert second.keys.held.age == 100


async def test_shared_keys_age_where_they_lie(both: Both) -> None:
    hand, shelf = ClockInHand(), Shelf()
    await both(client(hand, keys("realm"), keys_cache=shelf.shared())[0].keys).preload()
    hand.forward(301)
    second, seen = client(hand, keys("realm"), keys_cache=shelf.shared())
    await both(second).decode_token(lasting(hand))
    assert len(seen) == 1


async def test_stale_keys_are_replaced_by_those_of_another_process(both: Both) -> None:
    hand, shelf = ClockInHand(), Shelf()
    second, seen = client(hand, keys("realm"), keys_cache=shelf.shared())
    await both(second).decode_token(token())
    hand.forward(250)
    await both(client(hand, keys("realm", "newer"), keys_cache=shelf.shared())[0].keys).preload()
    hand.forward(60)
    await both(second).decode_token(lasting(hand, "newer"))
    assert len(seen) == 1


async def test_an_unknown_key_is_looked_for_in_the_cache_and_then_at_the_server(both: Both) -> None:
    hand, shelf = ClockInHand(), Shelf()
    second, seen = client(hand, keys("realm"), keys("realm", "newest"), keys_cache=shelf.shared())
    await both(second).decode_token(token())
    hand.forward(1)
    await both(client(hand, keys("realm", "newer"), keys_cache=shelf.shared())[0].keys).preload()
    await both(second).decode_token(token("newer"))
    assert len(seen) == 1
    await both(second).decode_token(token("newest"))
    assert len(seen) == 2


async def test_the_same_keys_in_the_cache_do_not_spare_the_question_for_an_unknown_one(both: Both) -> None:
    hand, shelf = ClockInHand(), Shelf()
    second, seen = client(hand, keys("realm"), keys("realm", "newer"), keys_cache=shelf.shared())
    await both(second).decode_token(token())
    hand.forward(1)
    await both(client(hand, keys("realm"), keys_cache=shelf.shared())[0].keys).preload()
    await both(second).decode_token(token("newer"))
    assert len(seen) == 2


async def test_forgetting_forgets_what_the_cache_has_too(both: Both) -> None:
    hand, shelf = ClockInHand(), Shelf()
    openid, seen = client(hand, keys("realm"), keys("other"), keys_cache=shelf.shared())
    await both(openid).decode_token(token())
    hand.forward(1)
    openid.keys.forget()
    await both(openid).decode_token(token("other"))
    assert len(seen) == 2
    assert b'"kid": "other"' in shelf[URI]


def entry(shelf: Shelf) -> dict[str, Any]:
    return dict(json.loads(shelf[URI].partition(b"\n")[2]))


def signed_by(secret: str, shelf: Shelf, **members: Any) -> bytes:
    """Return the entry of the shelf with other members, signed with a secret."""
    other = Shelf()
    changed = entry(shelf) | members
    SignedKeySetCache(other, secret).store(
        changed["uri"], changed["document"], now=changed["fetched_at"], ttl=300
    )
    return other[changed["uri"]]


@pytest.mark.parametrize(
    "poison",
    [
        lambda shelf: signed_by("another secret of 32 characters..", shelf),
        lambda shelf: signed_by(SECRET, shelf, uri="http://kc/realms/other/protocol/openid-connect/certs"),
        lambda shelf: signed_by(SECRET, shelf, fetched_at=1_800_000_060),
        lambda shelf: signed_by(SECRET, shelf, fetched_at=1_799_999_000),
        lambda shelf: shelf[URI].replace(b'"kid": "realm"', b'"kid": "other"'),
        lambda shelf: shelf[URI].partition(b"\n")[2],
        lambda shelf: b"\n" + shelf[URI].partition(b"\n")[2],
        lambda shelf: b"",
        lambda shelf: "é\n{}",
        lambda shelf: {"keys": []},
        lambda shelf: shelf[URI] + b" " * 1_048_576,
    ],
)
async def test_what_was_not_signed_for_this_realm_just_now_counts_as_nothing(poison: Any, both: Both) -> None:
    hand, shelf = ClockInHand(), Shelf()
    await both(client(hand, keys("realm"), keys_cache=shelf.shared())[0].keys).preload()
    shelf[URI] = poison(shelf)
    openid, seen = client(hand, keys("realm"), keys_cache=shelf.shared())
    await both(openid).decode_token(token())
    assert len(seen) == 1


async def test_a_cache_that_gives_text_is_as_good(both: Both) -> None:
    hand, shelf = ClockInHand(), Shelf()
    await both(client(hand, keys("realm"), keys_cache=shelf.shared())[0].keys).preload()
    shelf[URI] = shelf[URI].decode()  # type: ignore[assignment]
    openid, seen = client(hand, keys_cache=shelf.shared())
    await both(openid).decode_token(token())
    assert seen == []


async def test_a_cache_that_fails_counts_as_none(both: Both) -> None:
    class Broken:
        def get(self, uri: str) -> bytes | None:
            raise OSError(uri)

        def put(self, uri: str, entry: bytes, ttl: float) -> None:
            raise OSError(uri)

    openid, seen = client(ClockInHand(), keys("realm"), keys_cache=SignedKeySetCache(Broken(), SECRET))
    await both(openid).decode_token(token())
    assert len(seen) == 1


async def test_without_holding_nothing_is_shared_either(both: Both) -> None:
    shelf = Shelf()
    openid, _ = client(ClockInHand(), keys("realm"), keys_ttl=0, keys_cache=shelf.shared())
    await both(openid).decode_token(token())
    assert shelf == {}


@pytest.mark.parametrize("secret", ["short", b"x" * 15, None])
def test_a_secret_that_can_be_guessed_is_refused(secret: Any) -> None:
    with pytest.raises(KeycloakConfigurationError, match="at least 16"):
        SignedKeySetCache(Shelf(), secret)


def test_a_cache_that_is_none_is_refused() -> None:
    with pytest.raises(KeycloakConfigurationError, match="of type int: give an object with get"):
        SignedKeySetCache(5, SECRET)  # type: ignore[arg-type]


def test_no_secret_shows() -> None:
    assert repr(SignedKeySetCache(Shelf(), SECRET.encode())) == "<SignedKeySetCache in Shelf>"
    assert repr(client(ClockInHand())[0].keys) == "<Keys of <KeycloakOpenID 'shop' of http://kc 'acme'>>"


# --- verified tokens


async def test_a_remembered_token_is_judged_anew_by_the_clock(both: Both) -> None:
    hand = ClockInHand()
    openid, _ = client(hand, keys("realm"), verified_tokens=10)
    one = token()
    first, second = [await both(openid).decode_token(one) for _ in range(2)]
    assert first == second
    assert first is not second
    assert second.iss == HERE
    hand.adjust(361)
    for _ in range(2):
        with pytest.raises(TokenExpiredError):
            await both(openid).decode_token(one)
    await both(openid).decode_token(one, leeway=120)


async def test_a_key_that_is_gone_takes_the_tokens_along_that_it_has_verified(both: Both) -> None:
    hand = ClockInHand()
    openid, _ = client(hand, keys("realm"), keys("other"), keys("other"), verified_tokens=10)
    one = token(exp=hand.date.timestamp() + 1_000)
    await both(openid).decode_token(one)
    hand.forward(301)
    with pytest.raises(TokenUnknownKeyError):
        await both(openid).decode_token(one)


async def test_forgotten_keys_take_the_tokens_along_that_they_have_verified(both: Both) -> None:
    openid, _ = client(ClockInHand(), keys("realm"), keys("other"), keys("other"), verified_tokens=10)
    await both(openid).decode_token(token())
    openid.keys.forget()
    with pytest.raises(TokenUnknownKeyError):
        await both(openid).decode_token(token())
