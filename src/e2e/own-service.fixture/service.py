"""A service in Python that sets up the SDK and its instrumentation, and nothing of its own."""

import os
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
if os.environ.get("OTEL_TRACES_EXPORTER") != "none":
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)


@asynccontextmanager
async def lifespan(_):
    yield
    provider.shutdown()


app = FastAPI(lifespan=lifespan)


@app.get("/items/{item}")
async def read(item: int):
    return {"id": item}


FastAPIInstrumentor.instrument_app(app)
uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning")
