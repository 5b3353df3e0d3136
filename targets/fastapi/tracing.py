"""Sets up OpenTelemetry from OTEL_* variables. The bare baseline never imports this module."""

import os
import uuid

from opentelemetry import metrics, trace
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter

REQUEST_ID = b"x-request-id"


class Tracing:
    def __init__(self):
        self._providers = []
        resource = Resource.create({"service.instance.id": str(uuid.uuid4())})
        disabled = os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
        if not disabled:
            meters = meter_provider(resource)
            tracers = TracerProvider(resource=resource)
            tracers.add_span_processor(BatchSpanProcessor(span_exporter()))
            trace.set_tracer_provider(tracers)
            # in this order: the last metrics then count the last spans
            self._providers = [tracers] + ([meters] if meters else [])
        HTTPXClientInstrumentor().instrument()

    def instrument(self, app):
        FastAPIInstrumentor.instrument_app(app, server_request_hook=name_request)

    def shutdown(self):
        for provider in self._providers:
            provider.shutdown()


def name_request(span, scope):
    """Copies the driver's request id, so that its trace is found."""
    if not span.is_recording():
        return
    for name, value in scope["headers"]:
        if name == REQUEST_ID:
            text = value.decode("latin-1")
            span.set_attribute("spantoll.request_id", int(text) if text.isdecimal() else text)


def span_exporter():
    kind = os.environ.get("OTEL_TRACES_EXPORTER", "otlp")
    protocol = os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
    if kind == "console":
        return ConsoleSpanExporter()
    if kind == "otlp" and protocol == "http/protobuf":
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        return OTLPSpanExporter()
    if kind == "otlp" and protocol == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

        return OTLPSpanExporter()
    raise ValueError(f"no exporter for OTEL_TRACES_EXPORTER={kind}, OTEL_EXPORTER_OTLP_PROTOCOL={protocol}")


def meter_provider(resource):
    """For the SDK's metrics of itself; None unless OTEL_METRICS_EXPORTER asks for them."""
    if os.environ.get("OTEL_METRICS_EXPORTER", "none") != "otlp":
        return None
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader

    meters = MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter())], resource=resource)
    metrics.set_meter_provider(meters)
    return meters
