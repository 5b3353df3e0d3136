"""python -m unittest discover -s targets/fastapi"""

import os
import subprocess
import sys
import unittest
from pathlib import Path

os.environ |= {"OTEL_TRACES_EXPORTER": "console", "OTEL_METRICS_EXPORTER": "none"}
HERE = Path(__file__).parent

import httpx
from opentelemetry import trace
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

import tracing

kept = InMemorySpanExporter()
tracing.BatchSpanProcessor = lambda _: SimpleSpanProcessor(kept)

from app import create_app

app = create_app()
CARD = "4111111111111111"
SECRET = "s3cr3t-t0ken"


def texts(span):
    """All that a span says, as text."""
    parts = [span.name, span.status.description, *span.attributes.items(), *span.resource.attributes.items()]
    for event in span.events:
        parts += [event.name, *event.attributes.items()]
    return [str(part) for part in parts]


class Shop(unittest.IsolatedAsyncioTestCase):
    async def ask(self, method, path, **more):
        kept.clear()
        headers = {"x-request-id": "42", "authorization": f"Bearer {SECRET}", "cookie": f"session={SECRET}"}
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            return await client.request(method, path, headers=headers, **more)

    async def place(self, card, **more):
        return await self.ask("POST", "/orders", json={"customer": "c-1", "card": card, "lines": [{"sku": "slow-3", "quantity": 2}]})

    async def test_no_secret_or_card_number_is_in_a_span(self):
        for card, status in [(CARD, 201), (f"declined-{CARD}", 402)]:
            self.assertEqual((await self.place(card)).status_code, status)
            spans = kept.get_finished_spans()
            self.assertGreater(len(spans), 5)
            for span in spans:
                for text in texts(span):
                    self.assertNotIn(CARD, text)
                    self.assertNotIn(SECRET, text)

    async def test_the_server_span_has_the_request_id_and_the_steps_are_in_its_trace(self):
        await self.ask("GET", "/orders/7")
        spans = {span.name: span for span in kept.get_finished_spans()}
        server = spans["GET /orders/{order_id}"]
        self.assertEqual(server.attributes["spantoll.request_id"], 42)
        for name in ["gateway.authorize", "order.read", "cache.get", "order.load"]:
            self.assertEqual(spans[name].context.trace_id, server.context.trace_id)

    async def test_a_refusal_is_recorded_with_status_error(self):
        self.assertEqual((await self.ask("GET", "/orders/unknown-1")).status_code, 404)
        [load] = [span for span in kept.get_finished_spans() if span.name == "order.load"]
        self.assertEqual(load.status.status_code, trace.StatusCode.ERROR)
        self.assertEqual([event.name for event in load.events], ["exception"])

    async def test_events_are_on_the_span_of_a_placed_order(self):
        await self.place("visa-1")
        events = {event.name for span in kept.get_finished_spans() for event in span.events}
        self.assertLessEqual({"inventory.lock_contended", "payment.authorized", "order.placed"}, events)

    def test_the_bare_baseline_loads_no_sdk_and_no_instrumentation(self):
        script = "import sys; from app import create_app; create_app(); print([name for name, module in sys.modules.items() if name.startswith(('opentelemetry.sdk', 'opentelemetry.instrumentation', 'opentelemetry.exporter'))])"
        environment = {**os.environ, "SHOP_BARE": "1"}
        ran = subprocess.run([sys.executable, "-c", script], cwd=HERE, env=environment, capture_output=True, text=True)
        self.assertEqual((ran.stdout.strip(), ran.returncode), ("[]", 0), ran.stderr)


if __name__ == "__main__":
    unittest.main()
