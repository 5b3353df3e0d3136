"""The same shop and departments, in other services over HTTP."""

from urllib.parse import quote

from fastapi.encoders import jsonable_encoder

from shop import Receipt, Refusal


async def ask(client, method, url, request, content=None):
    """The JSON answer of another service, or its refusal."""
    try:
        body = None if content is None else jsonable_encoder(content)
        answer = await client.request(method, url, json=body, headers={"x-request-id": request.id})
    except Exception as error:
        raise Refusal(502, f"{method} {url}: {error!r}") from error
    if answer.status_code >= 400:
        raise Refusal(answer.status_code, answer.json()["error"])
    return answer.json()


class RemoteDepartments:
    def __init__(self, client, inventory, payment, recommendation):
        self.client, self.inventory, self.payment = client, inventory, payment
        self.recommendation = recommendation

    def reserve(self, lines, request):
        return ask(self.client, "POST", f"{self.inventory}/reservations", request, lines)

    def charge(self, charge, request):
        return ask(self.client, "POST", f"{self.payment}/charges", request, charge)

    async def refund(self, receipt, request):
        return Receipt(**await ask(self.client, "POST", f"{self.payment}/refunds", request, receipt))

    def suggest(self, customer, request):
        return ask(self.client, "GET", f"{self.recommendation}/suggestions/{quote(customer)}", request)


class RemoteShop:
    def __init__(self, client, order, recommendation):
        self.client, self.order, self.recommendation = client, order, recommendation

    def place(self, form, request):
        return ask(self.client, "POST", f"{self.order}/orders", request, form)

    def read(self, order_id, request):
        return ask(self.client, "GET", f"{self.order}/orders/{quote(order_id)}", request)

    def refund(self, order_id, request):
        return ask(self.client, "POST", f"{self.order}/orders/{quote(order_id)}/refund", request)

    def suggest(self, customer, request):
        return ask(self.client, "GET", f"{self.recommendation}/suggestions/{quote(customer)}", request)
