"""The FastAPI application of one service: the whole shop in one process, or one part of the chain."""

import asyncio
import os
from contextlib import asynccontextmanager
from typing import Annotated

import httpx
from fastapi import FastAPI, Header
from fastapi.responses import JSONResponse

from remote import RemoteDepartments, RemoteShop
from shop import Charge, Departments, Line, OrderForm, Receipt, Refusal, Shop, ShopRequest, pause
from steps import BARE, step

# FastAPI has telemetry of its own, on by default: off, so that each span comes from one place
NO_TELEMETRY = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
RequestId = Annotated[str, Header(alias="x-request-id")]
CONNECTIONS = httpx.Limits(max_connections=500, max_keepalive_connections=100, keepalive_expiry=60)


def create_app():
    tracing = None
    if not BARE:
        from tracing import Tracing

        tracing = Tracing()
    client = httpx.AsyncClient(timeout=10, limits=CONNECTIONS, trust_env=False)

    @asynccontextmanager
    async def lifespan(_):
        yield
        await client.aclose()
        # uvicorn does not run atexit on SIGTERM: what is queued would be lost
        if tracing:
            await asyncio.to_thread(tracing.shutdown)

    app = FastAPI(lifespan=lifespan, openapi_url=None, telemetry=NO_TELEMETRY)
    app.add_exception_handler(Refusal, lambda _, error: JSONResponse({"error": str(error)}, error.status))
    SERVICES[os.environ.get("SHOP_SERVICE", "shop")](app, client)
    if tracing:
        tracing.instrument(app)
    return app


def peer(name):
    return os.environ[f"{name.upper()}_URL"]


async def authorize(request):
    with step("gateway.authorize", {"gateway.policy": "customer"}):
        await pause(request, 1, 1)


async def no_gateway(_):
    pass


def add_shop(app, shop, before):
    @app.post("/orders", status_code=201)
    async def place_order(form: OrderForm, x_request_id: RequestId = ""):
        request = ShopRequest(x_request_id)
        await before(request)
        return await shop.place(form, request)

    @app.get("/orders/{order_id}")
    async def read_order(order_id: str, x_request_id: RequestId = ""):
        request = ShopRequest(x_request_id)
        await before(request)
        return await shop.read(order_id, request)

    @app.post("/orders/{order_id}/refund")
    async def refund_order(order_id: str, x_request_id: RequestId = ""):
        request = ShopRequest(x_request_id)
        await before(request)
        return await shop.refund(order_id, request)

    @app.get("/recommendations/{customer}")
    async def recommend(customer: str, x_request_id: RequestId = ""):
        request = ShopRequest(x_request_id)
        await before(request)
        return await shop.suggest(customer, request)


def whole_shop(app, _):
    add_shop(app, Shop(Departments()), authorize)


def gateway(app, client):
    add_shop(app, RemoteShop(client, peer("order"), peer("recommendation")), authorize)


def order(app, client):
    departments = RemoteDepartments(client, peer("inventory"), peer("payment"), peer("recommendation"))
    add_shop(app, Shop(departments), no_gateway)


def inventory(app, _):
    @app.post("/reservations", status_code=201)
    async def reserve(lines: list[Line], x_request_id: RequestId = ""):
        return await Departments().reserve(lines, ShopRequest(x_request_id))


def payment(app, _):
    @app.post("/charges", status_code=201)
    async def charge(charge: Charge, x_request_id: RequestId = ""):
        return await Departments().charge(charge, ShopRequest(x_request_id))

    @app.post("/refunds", status_code=201)
    async def refund(receipt: Receipt, x_request_id: RequestId = ""):
        return await Departments().refund(receipt, ShopRequest(x_request_id))


def recommendation(app, _):
    @app.get("/suggestions/{customer}")
    async def suggest(customer: str, x_request_id: RequestId = ""):
        return await Departments().suggest(customer, ShopRequest(x_request_id))


SERVICES = {
    "shop": whole_shop,
    "gateway": gateway,
    "order": order,
    "inventory": inventory,
    "payment": payment,
    "recommendation": recommendation,
}
