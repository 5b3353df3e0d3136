"""A service in Python that sets up the SDK and its instrumentation, unless SET_UP=outside, and nothing of its own.

SET_UP=ratio-0 samples nothing.
"""

import os
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased

IN_CODE = os.environ.get("SET_UP") != "outside"
if IN_CODE:
    provider = TracerProvider(sampler=TraceIdRatioBased(0) if os.environ.get("SET_UP") == "ratio-0" else None)
    if os.environ.get("OTEL_TRACES_EXPORTER") != "none":
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


@asynccontextmanager
async def lifespan(_):
    yield
    getattr(trace.get_tracer_provider(), "shutdown", lambda: None)()


app = FastAPI(lifespan=lifespan)


@app.get("/items/{item}")
async def read(item: int):
    return {"id": item}


if IN_CODE:
    FastAPIInstrumentor.instrument_app(app)
if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning")
