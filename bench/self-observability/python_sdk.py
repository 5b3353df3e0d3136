"""20,000 spans of the Python SDK, with its metrics of itself: `python python_sdk.py ORIGIN SPANS`."""

import os
import sys
import time

os.environ["OTEL_PYTHON_SDK_INTERNAL_METRICS_ENABLED"] = "true"
os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = sys.argv[1]

from opentelemetry import metrics
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

meters = MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter())])
metrics.set_meter_provider(meters)
tracers = TracerProvider()
tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
tracer = tracers.get_tracer("audit")
for at in range(int(sys.argv[2])):
    tracer.start_span("work").end()
    if at % 1000 == 0:
        time.sleep(0.005)
tracers.shutdown()
meters.shutdown()
