# SPDX-License-Identifier: Apache-2.0
"""Spans and metrics of what a connection does, by OpenTelemetry; it takes the extra `opentelemetry`.

Names and attributes are those of OpenTelemetry's stable semantic conventions for HTTP clients. Neither a span
nor a metric holds a token, a secret or the value of a query parameter, and names and metric attributes hold
nothing that grows with users or resources.
"""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from keycloak_sdk.exceptions import KeycloakConfigurationError, KeycloakError

try:
    from opentelemetry import context, metrics, propagate, trace
except ImportError as missing:
    raise KeycloakConfigurationError(
        "telemetry needs OpenTelemetry: pip install 'keycloak-oidc-sdk[opentelemetry]'"
    ) from missing

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    import httpx
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import Span, TracerProvider

    from keycloak_sdk._io.port import Outgoing
    from keycloak_sdk._ledger import Renewal

__all__ = ("OpenTelemetry",)

_SCOPE: Final = "keycloak_sdk"
_CONVENTIONS: Final = "https://opentelemetry.io/schemas/1.40.0"
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_VALUE: Final = re.compile(r"(?<==)[^&]+|(?<![^&])[^=&]+(?![^&])")
"""A value in a query, or what stands there without a name."""

_SUPPRESSIONS: Final = (context._SUPPRESS_INSTRUMENTATION_KEY, context._SUPPRESS_HTTP_INSTRUMENTATION_KEY)

Attributes = dict[str, str | int]


class OpenTelemetry:
    """Tells OpenTelemetry of every exchange with the server, and of every renewal of a connection's token.

    One object serves any number of connections, threads and event loops. Nothing is told while the program
    suppresses instrumentation, as exporters do for their own requests.

    Args:
        tracer_provider: Where spans go; `None` for the program's own provider.
        meter_provider: Where metrics go; `None` for the program's own provider.
        propagate: Whether requests carry the context of the trace (`traceparent`), as the program's own
            propagator writes it.
    """

    def __init__(
        self,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
        *,
        propagate: bool = True,
    ) -> None:
        release = version("keycloak-oidc-sdk")
        meter = metrics.get_meter(_SCOPE, release, meter_provider, _CONVENTIONS)
        self._tracer = trace.get_tracer(_SCOPE, release, tracer_provider, _CONVENTIONS)
        self._durations = meter.create_histogram(
            "http.client.request.duration",
            unit="s",
            description="Duration of HTTP client requests.",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )
        self._renewals = meter.create_histogram(
            "keycloak.token.renewal.duration",
            unit="s",
            description="Duration of renewals of a connection's token.",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )
        self._propagates = propagate

    @contextmanager
    def exchange(self, request: Outgoing, resends: int) -> Generator[WatchedExchange]:
        """Tell of an exchange, which lasts as long as this context.

        Args:
            request: What is about to be sent.
            resends: How often the same call has been sent before.
        """
        if any(map(context.get_value, _SUPPRESSIONS)):
            yield WatchedExchange(request)
            return
        known = _of_request(request)
        begun = time.perf_counter()
        with self._tracer.start_as_current_span(
            " ".join(filter(None, (request.method, request.template))),
            kind=trace.SpanKind.CLIENT,
            attributes=known | _of_this_request(request, resends),
            record_exception=False,  # its stack trace may quote what a transport of the program's says
            set_status_on_exception=False,
        ) as span:
            exchange = WatchedExchange(self._carrying(request))
            once = context.attach(context.set_value(_SUPPRESSIONS[1], True))  # httpx may be watched as well
            try:
                yield exchange
            except BaseException as error:
                exchange.failed(error)
                raise
            finally:
                context.detach(once)
                exchange.tell(span)
                self._durations.record(time.perf_counter() - begun, known | exchange.outcome)

    @contextmanager
    def renewal(self) -> Generator[Callable[[Renewal], None]]:
        """Tell of the renewal of a token, which lasts as long as this context."""
        if any(map(context.get_value, _SUPPRESSIONS)):
            yield lambda _: None
            return
        with self._tracer.start_as_current_span(
            "keycloak.token.renewal", record_exception=False, set_status_on_exception=False
        ) as span:
            yield partial(self._tell_of_renewal, span)

    def _tell_of_renewal(self, span: Span, renewal: Renewal) -> None:
        """Write into the span what became of a renewal, and measure it."""
        attributes: Attributes = {
            "keycloak.token.renewal.reason": renewal.reason,
            "keycloak.token.renewal.outcome": renewal.outcome,
        }
        if renewal.error is not None:
            attributes["error.type"] = renewal.error.partition(" ")[0]
            span.set_status(trace.StatusCode.ERROR, renewal.error)
        span.set_attributes(attributes | {"keycloak.token.renewal.waiters": renewal.waiters})
        self._renewals.record(renewal.seconds, attributes)

    def _carrying(self, request: Outgoing) -> Outgoing:
        """Return the request with the headers of the program's propagator."""
        carrier: dict[str, str] = {}
        if self._propagates:
            propagate.inject(carrier)
        return request.with_headers(carrier) if carrier else request


class WatchedExchange:
    """An exchange under way, and what became of it."""

    def __init__(self, request: Outgoing) -> None:
        self.request = request
        self.outcome: Attributes = {}
        self._description: str | None = None

    def answered(self, response: httpx.Response) -> None:
        """Note the answer."""
        status = response.status_code
        self.outcome["http.response.status_code"] = status
        if status >= 400:
            self.outcome["error.type"] = str(status)
        spoken: bytes = response.extensions.get("http_version", b"")
        if protocol := spoken.decode("ascii", "replace").partition("/")[2]:
            self.outcome["network.protocol.version"] = protocol

    def failed(self, error: BaseException) -> None:
        """Note that there was no answer."""
        self.outcome["error.type"] = f"{type(error).__module__}.{type(error).__qualname__}"
        self._description = str(error) if isinstance(error, KeycloakError) else None

    def tell(self, span: Span) -> None:
        """Write into the span what became of the exchange."""
        span.set_attributes(self.outcome)
        if "error.type" in self.outcome:
            span.set_status(trace.StatusCode.ERROR, self._description)


def _of_request(request: Outgoing) -> Attributes:
    """Return the attributes that many requests have in common."""
    url = urlsplit(request.url)
    attributes: Attributes = {
        "http.request.method": request.method,
        "server.address": url.hostname or "",
        "server.port": url.port or _DEFAULT_PORTS[url.scheme],
    }
    if request.template is not None:
        attributes["url.template"] = request.template
    return attributes


def _of_this_request(request: Outgoing, resends: int) -> Attributes:
    place, mark, query = request.url.partition("?")
    attributes: Attributes = {"url.full": place + mark + _VALUE.sub("REDACTED", query)}
    if resends:
        attributes["http.request.resend_count"] = resends
    return attributes
