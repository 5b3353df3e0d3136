"""The shop of src/target/services/shop: the same steps, spans, pauses and refusals."""

import asyncio
import math
import re
import zlib
from dataclasses import dataclass, field
from random import Random

from pydantic import BaseModel

from steps import step

MATERIALS = ["oak", "steel", "linen", "wool", "glass", "clay"]
THINGS = ["chair", "lamp", "blanket", "bowl", "shelf", "clock", "vase", "desk", "rug", "tray"]
TAX = 0.19
INITIAL_ORDERS = 1000
MAX_PLACED = 10_000


class Refusal(Exception):
    """The shop refuses a request, with this HTTP status."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Line(BaseModel):
    sku: str
    quantity: int


class OrderForm(BaseModel):
    customer: str
    card: str
    lines: list[Line]


class Charge(BaseModel):
    card: str
    amount_cents: int


class Receipt(BaseModel):
    receipt: str
    amount_cents: int


@dataclass
class ShopRequest:
    """The request that a step works for. The same id waits equally long in every variant."""

    id: str
    random: Random = field(init=False)

    def __post_init__(self):
        self.random = Random(zlib.crc32(self.id.encode()))


def product(number):
    material, thing = MATERIALS[number // len(THINGS)], THINGS[number % len(THINGS)]
    tags = {material, thing, "sale" if number % 3 == 0 else "regular"}
    return {"sku": f"sku-{number}", "name": f"{material} {thing}", "price": 990 + number * 7919 % 20_000, "tags": tags}


PRODUCTS = [product(number) for number in range(len(MATERIALS) * len(THINGS))]


def product_of(sku):
    number = re.search(r"-(\d+)$", sku)
    if number is None:
        raise Refusal(400, f'no product "{sku}"')
    return PRODUCTS[int(number[1]) % len(PRODUCTS)]


def price(lines):
    priced = []
    for line in lines:
        found = product_of(line.sku)
        total = found["price"] * line.quantity
        priced.append({"sku": line.sku, "quantity": line.quantity, "name": found["name"], "total_cents": total})
    net = sum(line["total_cents"] for line in priced)
    tax = round(net * TAX)
    return {"lines": priced, "tax_cents": tax, "total_cents": net + tax}


async def pause(request, min_ms, max_ms):
    """A wait for another machine, such as a database."""
    await asyncio.sleep(request.random.randint(min_ms, max_ms) / 1000)


async def long_pause(request, min_ms, median_ms, max_ms):
    wait = min_ms + (median_ms - min_ms) * math.exp(0.6 * request.random.gauss(0, 1))
    await asyncio.sleep(min(max_ms, wait) / 1000)


class Departments:
    """What the order department needs from the others, in its own process."""

    async def reserve(self, lines, request):
        items = sum(line.quantity for line in lines)
        with step("inventory.reserve", {"inventory.items": items, "db.operation.name": "UPDATE"}) as span:
            if any(line.sku.startswith("slow-") for line in lines):
                span.add_event("inventory.lock_contended", {"inventory.lock.attempt": 2})
                await long_pause(request, 60, 78, 120)
            await pause(request, 1, 3)
            warehouse = f"w-{items % 4}"
            span.set_attribute("inventory.warehouse", warehouse)
            return {"reservation": f"r-{request.id}", "warehouse": warehouse}

    async def charge(self, charge, request):
        with step("payment.charge", {"payment.amount_cents": charge.amount_cents}) as span:
            await pause(request, 1, 3)
            if charge.card.startswith("declined"):
                raise Refusal(402, "payment declined: insufficient funds")
            span.add_event("payment.authorized", {"payment.authorization": f"a-{request.id}"})
            return Receipt(receipt=f"p-{request.id}", amount_cents=charge.amount_cents)

    async def refund(self, receipt, request):
        attributes = {"payment.amount_cents": receipt.amount_cents, "payment.receipt": receipt.receipt}
        with step("payment.refund", attributes):
            await pause(request, 1, 3)
            return Receipt(receipt=f"f-{request.id}", amount_cents=-receipt.amount_cents)

    async def suggest(self, customer, request):
        with step("recommendation.suggest", {"customer.id": customer}) as span:
            bought = await history_of(customer, request)
            liked = set().union(*(product_of(sku)["tags"] for sku in bought))
            others = [one for one in PRODUCTS if one["sku"] not in bought]
            others.sort(key=lambda one: (-len(one["tags"] & liked), one["price"]))
            span.set_attribute("recommendation.count", 5)
            return [{"sku": one["sku"], "name": one["name"], "price_cents": one["price"]} for one in others[:5]]


async def history_of(customer, request):
    with step("history.load", {"db.operation.name": "SELECT", "db.collection.name": "purchases"}) as span:
        await pause(request, 1, 2)
        first = zlib.crc32(customer.encode()) % 50
        span.set_attribute("db.response.returned_rows", 3)
        return [f"sku-{number}" for number in (first, first + 3, first + 7)]


def initial_order(number):
    lines = [Line(sku=f"sku-{number * quantity}", quantity=quantity) for quantity in (1, 2, 3)]
    priced = price(lines)
    receipt = Receipt(receipt=f"p-{number}", amount_cents=priced["total_cents"])
    return {"id": str(number), "customer": f"c-{number % 200}", "status": "placed", "payment": receipt, **priced}


class Shop:
    """The four public routes, without the gateway."""

    def __init__(self, departments):
        self.departments = departments
        self.orders = {str(number): initial_order(number) for number in range(INITIAL_ORDERS)}
        self.placed = {}

    async def place(self, form, request):
        with step("order.place", {"order.customer": form.customer, "order.lines": len(form.lines)}) as span:
            priced = price(form.lines)
            reservation = await self.departments.reserve(form.lines, request)
            charge = Charge(card=form.card, amount_cents=priced["total_cents"])
            payment = await self.departments.charge(charge, request)
            order = {"id": f"o-{request.id}", "customer": form.customer, "status": "placed", **priced}
            order |= {"payment": payment, "reservation": reservation}
            suggest = self.departments.suggest(form.customer, request)
            _, suggestions = await asyncio.gather(self.store(order, request), suggest)
            span.add_event("order.placed", {"order.id": order["id"], "order.total_cents": order["total_cents"]})
            return {**order, "suggestions": suggestions}

    async def read(self, order_id, request):
        with step("order.read", {"order.id": order_id}) as span:
            with step("cache.get", {"cache.key": f"order:{order_id}", "cache.hit": False}):
                await pause(request, 1, 1)
            order = await self.load(order_id, request)
            span.set_attribute("order.status", order["status"])
            return order

    async def refund(self, order_id, request):
        with step("order.refund", {"order.id": order_id}) as span:
            order = await self.load(order_id, request)
            receipt = await self.departments.refund(order["payment"], request)
            await self.store({**order, "status": "refunded"}, request)
            span.add_event("order.refunded", {"order.total_cents": order["total_cents"]})
            return {"id": order_id, "status": "refunded", "receipt": receipt}

    async def suggest(self, customer, request):
        return await self.departments.suggest(customer, request)

    async def load(self, order_id, request):
        with step("order.load", {"db.operation.name": "SELECT", "db.collection.name": "orders"}):
            await pause(request, 1, 3)
            order = self.orders.get(order_id) or self.placed.get(order_id)
            if order is None:
                raise Refusal(404, f'no order "{order_id}"')
            return order

    async def store(self, order, request):
        with step("order.store", {"db.operation.name": "INSERT", "db.collection.name": "orders"}):
            await pause(request, 1, 3)
            orders = self.orders if order["id"] in self.orders else self.placed
            orders[order["id"]] = order
            if len(self.placed) > MAX_PLACED:
                del self.placed[next(iter(self.placed))]
