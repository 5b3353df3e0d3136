import { price, type Line } from "./catalogue.ts";
import { departments, type Departments } from "./departments.ts";
import { openOrderStore, type Order, type OrderStore } from "./order-store.ts";
import type { Operations } from "./routes.ts";
import { pause, Refusal, traced, type ShopRequest } from "./step.ts";

/** The body of `POST /orders`. */
interface OrderForm {
  readonly customer: string;
  readonly card: string;
  readonly lines: readonly Line[];
}

/** The public operations. */
type Shop = Pick<Operations, "readOrder" | "placeOrder" | "refundOrder" | "recommend">;

/** Gateway, orders and departments in one process. */
export function openWholeShop(): Shop {
  return behindGateway(openShop(departments));
}

/** Opens the shop without its gateway. */
export function openShop(others: Departments): Shop {
  const orders = openOrderStore();
  return {
    readOrder: (id, request) => read(orders, id, request),
    placeOrder: (form, request) => place(orders, others, form, request),
    refundOrder: (id, request) => refund(orders, others, id, request),
    recommend: (customer, request) => others.suggest(customer, request),
  };
}

/** Adds the gateway's step, an authorization, before each operation. */
export function behindGateway(shop: Shop): Shop {
  const guarded = Object.entries(shop).map(([name, operate]) => [
    name,
    async (input: never, request: ShopRequest) => {
      await authorize(request);
      return operate(input, request);
    },
  ]);
  return Object.fromEntries(guarded) as Shop;
}

function authorize(request: ShopRequest): Promise<void> {
  return traced("gateway.authorize", { "gateway.policy": "customer" }, () => pause(request.random, 1, 1));
}

async function place(orders: OrderStore, others: Departments, body: unknown, request: ShopRequest): Promise<unknown> {
  const form = checked(body);
  const attributes = { "order.customer": form.customer, "order.lines": form.lines.length };
  return traced("order.place", attributes, async (span) => {
    const priced = price(form.lines);
    const reservation = await others.reserve(form.lines, request);
    const payment = await others.charge({ card: form.card, amountCents: priced.totalCents }, request);
    const id = `o-${request.id}`;
    const shipTo = { street: `${form.customer} Quay`, city: "Port Louis" };
    const order: Order = { id, customer: form.customer, status: "placed", shipTo, payment, reservation, ...priced };
    const [, suggestions] = await Promise.all([store(orders, order, request), others.suggest(form.customer, request)]);
    span.addEvent("order.placed", { "order.id": id, "order.total_cents": priced.totalCents });
    return { ...order, suggestions };
  });
}

function read(orders: OrderStore, orderId: string, request: ShopRequest): Promise<Order> {
  return traced("order.read", { "order.id": orderId }, async (span) => {
    await traced("cache.get", { "cache.key": `order:${orderId}`, "cache.hit": false }, () =>
      pause(request.random, 1, 1),
    );
    const order = await load(orders, orderId, request);
    span.setAttributes({ "order.status": order.status, "order.lines": order.lines.length });
    return order;
  });
}

function refund(orders: OrderStore, others: Departments, orderId: string, request: ShopRequest): Promise<unknown> {
  return traced("order.refund", { "order.id": orderId }, async (span) => {
    const order = await load(orders, orderId, request);
    const receipt = await others.refund(order.payment, request);
    await store(orders, { ...order, status: "refunded" }, request);
    span.addEvent("order.refunded", { "order.total_cents": order.totalCents });
    return { id: orderId, status: "refunded", receipt };
  });
}

function load(orders: OrderStore, orderId: string, request: ShopRequest): Promise<Order> {
  const attributes = { "db.operation.name": "SELECT", "db.collection.name": "orders" };
  return traced("order.load", attributes, async () => {
    await pause(request.random, 1, 3);
    const order = orders.get(orderId);
    if (order === undefined) throw new Refusal(404, `no order "${orderId}"`);
    return order;
  });
}

function store(orders: OrderStore, order: Order, request: ShopRequest): Promise<void> {
  const attributes = { "db.operation.name": "INSERT", "db.collection.name": "orders" };
  return traced("order.store", attributes, async () => {
    await pause(request.random, 1, 3);
    orders.set(order);
  });
}

function checked(body: unknown): OrderForm {
  const { customer, card, lines } = (body ?? {}) as Partial<OrderForm>;
  if (typeof customer !== "string" || typeof card !== "string" || !Array.isArray(lines)) {
    throw new Refusal(400, "an order needs a customer, a card and lines");
  }
  return { customer, card, lines };
}
