# SPDX-License-Identifier: Apache-2.0
"""What OpenTelemetry is told: one span and one measurement for each exchange, and no secret."""

from __future__ import annotations

import asyncio
import runpy
import sys
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from attrs import frozen
from opentelemetry import context, propagate, trace
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import Histogram, HistogramDataPoint, InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from keycloak_sdk import (
    ConnectionManager,
    KeycloakConfigurationError,
    KeycloakConnectionError,
    KeycloakOpenID,
    KeycloakPostError,
    KeycloakTimeoutError,
    telemetry,
)
from keycloak_sdk.telemetry import OpenTelemetry
from support.clock import ClockInHand
from support.connections import OK, REFUSED, renewing
from support.transport import always, issues, refuses, serve, token

if TYPE_CHECKING:
    from collections.abc import Generator

    from support.both import Both

pytestmark = pytest.mark.anyio

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)


@frozen
class Told:
    """What OpenTelemetry was told."""

    telemetry: OpenTelemetry
    tracers: TracerProvider
    _spans: InMemorySpanExporter
    _metrics: InMemoryMetricReader

    @property
    def spans(self) -> list[ReadableSpan]:
        return list(self._spans.get_finished_spans())

    @property
    def span(self) -> ReadableSpan:
        (span,) = self.spans
        return span

    def points(self, name: str) -> list[HistogramDataPoint]:
        """Return what a histogram holds."""
        told = self._metrics.get_metrics_data()
        metrics = [
            metric
            for resource in (told.resource_metrics if told else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == name
        ]
        assert all(isinstance(metric.data, Histogram) and metric.unit == "s" for metric in metrics)
        return [point for metric in metrics for point in metric.data.data_points]  # type: ignore[misc] # asserted

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The attributes of the measured requests."""
        return [dict(point.attributes or {}) for point in self.points("http.client.request.duration")]


@pytest.fixture
def told() -> Generator[Told]:
    spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
    tracers, meters = TracerProvider(shutdown_on_exit=False), MeterProvider([reader], shutdown_on_exit=False)
    tracers.add_span_processor(SimpleSpanProcessor(spans))
    yield Told(OpenTelemetry(tracers, meters), tracers, spans, reader)
    tracers.shutdown()
    meters.shutdown()


def openid(told: Told, *answers: Any, url: str = "https://sso.example/auth", **extra: Any) -> KeycloakOpenID:
    transport, _ = serve(*answers)
    return KeycloakOpenID(
        url, "acme", "shop", "secret", transport=transport, telemetry=told.telemetry, **extra
    )


async def test_an_exchange_is_a_span_of_its_template_with_the_attributes_of_the_conventions(
    both: Both, told: Told
) -> None:
    answer = issues()
    answer.extensions["http_version"] = b"HTTP/1.1"
    await both(openid(told, answer)).token("alice", "pw")
    span = told.span
    path = "/auth/realms/{realm}/protocol/openid-connect/token"
    assert (span.name, span.kind) == (f"POST {path}", SpanKind.CLIENT)
    assert (span.status.status_code, span.events) == (StatusCode.UNSET, ())
    assert span.attributes == {
        "http.request.method": "POST",
        "server.address": "sso.example",
        "server.port": 443,
        "url.full": "https://sso.example/auth/realms/acme/protocol/openid-connect/token",
        "url.template": path,
        "http.response.status_code": 200,
        "network.protocol.version": "1.1",
    }
    scope = span.instrumentation_scope
    assert scope is not None
    assert (scope.name, scope.version is not None) == ("keycloak_sdk", True)


async def test_an_exchange_is_measured_in_seconds_by_what_many_have_in_common(both: Both, told: Told) -> None:
    both_calls = both(openid(told, issues(), issues()))
    await both_calls.token("alice", "pw")
    await both_calls.token("bob", "pw")
    (point,) = told.points("http.client.request.duration")
    assert (point.count, tuple(point.explicit_bounds)) == (2, SECONDS)
    assert 0 < point.sum < 60
    assert point.attributes == {
        "http.request.method": "POST",
        "server.address": "sso.example",
        "server.port": 443,
        "url.template": "/auth/realms/{realm}/protocol/openid-connect/token",
        "http.response.status_code": 200,
    }


async def test_a_path_of_the_programs_own_is_in_no_name_and_in_no_metric(both: Both, told: Told) -> None:
    transport, _ = always(OK)
    manager = ConnectionManager("http://kc:8080", transport=transport, telemetry=told.telemetry)
    for name in ("ann", "bob"):
        await both(manager).raw_get(f"/admin/realms/acme/users/{name}")
    assert [span.name for span in told.spans] == ["GET", "GET"]
    assert told.spans[0].attributes is not None
    assert told.spans[0].attributes["url.full"] == "http://kc:8080/admin/realms/acme/users/ann"
    assert told.requests == [
        {
            "http.request.method": "GET",
            "server.address": "kc",
            "server.port": 8080,
            "http.response.status_code": 200,
        }
    ]


@pytest.mark.parametrize(
    ("path", "query", "shown"),
    [
        ("/x", {"ticket": "hidden", "n": [1, 2]}, "/x?ticket=REDACTED&n=REDACTED&n=REDACTED"),
        ("/x?hidden", {"a": ""}, "/x?REDACTED&a="),
        ("/x?a=hidden=hidden&&=hidden&hidden", {}, "/x?a=REDACTED&&=REDACTED&REDACTED"),
        ("/x", {}, "/x"),
    ],
)
async def test_the_values_of_a_query_are_not_shown(
    both: Both, told: Told, path: str, query: dict[str, Any], shown: str
) -> None:
    transport, _ = serve(OK)
    manager = ConnectionManager("http://kc", transport=transport, telemetry=told.telemetry)
    await both(manager).raw_get(path, **query)
    assert told.span.attributes is not None
    assert told.span.attributes["url.full"] == f"http://kc{shown}"


# --- failures


async def test_a_refusal_is_an_error_named_by_its_status(both: Both, told: Told) -> None:
    with pytest.raises(KeycloakPostError):
        await both(openid(told, refuses(400, "invalid_grant", "hidden"))).token("alice", "pw")
    span = told.span
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, None)
    assert span.attributes is not None
    assert span.attributes["error.type"] == "400"
    assert told.requests[0]["error.type"] == "400"
    assert told.requests[0]["http.response.status_code"] == 400


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (httpx.ConnectError("down"), KeycloakConnectionError),
        (httpx.ReadTimeout("late"), KeycloakTimeoutError),
        (ZeroDivisionError("hidden"), ZeroDivisionError),
    ],
)
async def test_a_failure_is_an_error_named_by_its_class(
    both: Both, told: Told, failure: Exception, expected: type[Exception]
) -> None:
    with pytest.raises(expected) as caught:
        await both(openid(told, failure)).token("alice", "pw")
    span = told.span
    own = str(caught.value) if expected is not ZeroDivisionError else None
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, own)
    assert span.attributes is not None
    assert span.attributes["error.type"] == f"{expected.__module__}.{expected.__name__}"
    assert "http.response.status_code" not in span.attributes
    assert span.events == ()
    assert told.requests[0]["error.type"] == span.attributes["error.type"]


async def test_a_call_that_is_cancelled_is_told_as_well(told: Told) -> None:
    async def never(_: httpx.Request) -> httpx.Response:
        return await asyncio.Future()

    call = asyncio.create_task(openid(told, never).a_well_known())
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert told.requests[0]["error.type"] == "asyncio.exceptions.CancelledError"
    assert told.span.status.description is None


async def test_nothing_that_is_told_holds_a_secret(both: Both, told: Told) -> None:
    client = openid(
        told, refuses(400, "canary-code", "canary-password"), httpx.ConnectError("canary-password")
    )
    for _ in range(2):
        with pytest.raises((KeycloakPostError, KeycloakConnectionError)):
            await both(client).token("alice", "canary-password", code="canary-code")
    assert "canary" not in "".join(span.to_json() for span in told.spans) + str(told.requests)


# --- renewals and repetitions


async def test_a_call_that_is_repeated_counts_how_often(both: Both, told: Told) -> None:
    kc, _ = renewing(
        ClockInHand(), REFUSED, issues("second"), OK, token=token("first"), telemetry=told.telemetry
    )
    await both(kc).raw_get("/x")
    sent = [span for span in told.spans if span.kind is SpanKind.CLIENT]
    assert [span.name.partition(" ")[0] for span in sent] == ["GET", "POST", "GET"]
    resends = [dict(span.attributes or {}).get("http.request.resend_count") for span in sent]
    assert resends == [None, None, 1]


async def test_a_renewal_is_a_span_around_its_requests_and_a_measurement(both: Both, told: Told) -> None:
    hand = ClockInHand()

    def slow(_: httpx.Request) -> httpx.Response:
        hand.forward(2)
        return issues("second")

    kc, _ = renewing(hand, REFUSED, slow, OK, token=token("first"), telemetry=told.telemetry)
    await both(kc).raw_get("/x")
    request, renewal = told.spans[1:3]
    assert (renewal.name, renewal.kind) == ("keycloak.token.renewal", SpanKind.INTERNAL)
    assert renewal.attributes == {
        "keycloak.token.renewal.reason": "refused",
        "keycloak.token.renewal.outcome": "refreshed",
        "keycloak.token.renewal.waiters": 0,
    }
    assert renewal.status.status_code is StatusCode.UNSET
    assert request.parent == renewal.get_span_context()
    (point,) = told.points("keycloak.token.renewal.duration")
    assert (point.count, point.sum, tuple(point.explicit_bounds)) == (1, 2, SECONDS)
    assert point.attributes == {
        "keycloak.token.renewal.reason": "refused",
        "keycloak.token.renewal.outcome": "refreshed",
    }


async def test_a_renewal_that_fails_is_told_with_its_class_and_code(both: Both, told: Told) -> None:
    kc, _ = renewing(ClockInHand(), refuses(400, "invalid_grant", "hidden"), telemetry=told.telemetry)
    with pytest.raises(KeycloakPostError):
        await both(kc).raw_get("/x")
    renewal = told.spans[-1]
    assert renewal.attributes is not None
    assert renewal.attributes["keycloak.token.renewal.outcome"] == "failed"
    assert renewal.status.status_code is StatusCode.ERROR
    assert renewal.status.description == "KeycloakInvalidCredentialsError invalid_grant"
    (point,) = told.points("keycloak.token.renewal.duration")
    assert dict(point.attributes or {})["error.type"] == "KeycloakInvalidCredentialsError"


async def test_a_connection_hands_its_telemetry_to_the_client_that_logs_in(told: Told) -> None:
    kc, _ = renewing(ClockInHand(), telemetry=told.telemetry)
    assert kc.telemetry is kc.keycloak_openid.connection.telemetry is told.telemetry


# --- the context of the trace


async def test_a_request_carries_the_context_of_its_span(both: Both, told: Told) -> None:
    transport, seen = serve(OK)
    manager = ConnectionManager(
        "http://kc", {"TraceParent": "of the program"}, transport=transport, telemetry=told.telemetry
    )
    with told.tracers.get_tracer("test").start_as_current_span("work") as work:
        await both(manager).raw_get("/x")
    span, parent = told.spans
    assert parent.name == "work"
    assert span.parent == work.get_span_context()
    assert span.context is not None
    (header,) = seen[0].headers.get_list("traceparent")
    assert header.startswith(f"00-{span.context.trace_id:032x}-{span.context.span_id:016x}-")


@pytest.fixture(params=["opted out", "no propagator"])
def without_context(request: pytest.FixtureRequest, told: Told) -> Generator[OpenTelemetry]:
    usual = propagate.get_global_textmap()
    if request.param == "no propagator":
        propagate.set_global_textmap(CompositePropagator([]))
    yield OpenTelemetry(told.tracers, propagate=request.param != "opted out")
    propagate.set_global_textmap(usual)


async def test_a_request_carries_no_context_when_the_program_wants_none(
    both: Both, told: Told, without_context: OpenTelemetry
) -> None:
    transport, seen = serve(OK)
    await both(ConnectionManager("http://kc", transport=transport, telemetry=without_context)).raw_get("/x")
    assert "traceparent" not in seen[0].headers
    assert told.span.name == "GET"


async def test_the_spans_current_for_the_program_is_its_own_again_afterwards(both: Both, told: Told) -> None:
    before = context.get_current()
    await both(openid(told, issues())).token("alice", "pw")
    assert trace.get_current_span() is trace.INVALID_SPAN
    assert context.get_current() == before


@pytest.mark.parametrize(
    "key", [context._SUPPRESS_INSTRUMENTATION_KEY, context._SUPPRESS_HTTP_INSTRUMENTATION_KEY]
)
async def test_nothing_is_told_where_the_program_suppresses_it(both: Both, told: Told, key: str) -> None:
    kc, _ = renewing(ClockInHand(), issues(), OK, telemetry=told.telemetry)
    suppressed = context.attach(context.set_value(key, True))
    assert (await both(kc).raw_get("/x")).status_code == 200
    context.detach(suppressed)
    assert told.spans == told.requests == []


async def test_an_instrumented_httpx_is_told_that_the_request_has_its_span(both: Both, told: Told) -> None:
    seen: list[object] = []

    def instrumented(_: httpx.Request) -> httpx.Response:
        seen.append(context.get_value(context._SUPPRESS_HTTP_INSTRUMENTATION_KEY))
        return issues()

    await both(openid(told, instrumented)).token("alice", "pw")
    assert seen == [True]


async def test_the_programs_own_providers_are_told_by_default(both: Both) -> None:
    client = KeycloakOpenID(
        "http://kc", "acme", "shop", transport=serve(issues())[0], telemetry=OpenTelemetry()
    )
    assert (await both(client).token("alice", "pw")).access_token == "first"


# --- what is given


def test_something_else_than_telemetry_is_refused() -> None:
    with pytest.raises(
        KeycloakConfigurationError, match=r"give a keycloak_sdk\.telemetry\.OpenTelemetry\(\)"
    ):
        ConnectionManager("http://kc", telemetry=True)  # type: ignore[arg-type] # what a program may try


def test_a_missing_package_is_named_with_the_extra_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with pytest.raises(KeycloakConfigurationError, match=r"pip install 'keycloak-oidc-sdk\[opentelemetry\]'"):
        runpy.run_path(telemetry.__file__)
