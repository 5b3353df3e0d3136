import { deriveSeed } from "../../../base/random.ts";
import { similarProducts, type Line } from "./catalogue.ts";
import type { Charge, Operations, Receipt, Reservation, Suggestion } from "./routes.ts";
import { longTailPause, pause, Refusal, traced, type ShopRequest } from "./step.ts";

/** What the order department needs from the others: in its own process, or over HTTP. */
export type Departments = Pick<Operations, "reserve" | "charge" | "refund" | "suggest">;

export const departments: Departments = { reserve, charge, refund, suggest };

function reserve(lines: readonly Line[], request: ShopRequest): Promise<Reservation> {
  const items = lines.reduce((total, line) => total + line.quantity, 0);
  return traced("inventory.reserve", { "inventory.items": items, "db.operation.name": "UPDATE" }, async (span) => {
    if (lines.some(({ sku }) => sku.startsWith("slow-"))) {
      span.addEvent("inventory.lock_contended", { "inventory.lock.attempt": 2 });
      await longTailPause(request.random, 60, 78, 120);
    }
    await pause(request.random, 1, 3);
    const warehouse = `w-${deriveSeed(items, request.id) % 4}`;
    span.setAttribute("inventory.warehouse", warehouse);
    return { reservation: `r-${request.id}`, warehouse };
  });
}

function charge({ card, amountCents }: Charge, request: ShopRequest): Promise<Receipt> {
  const attributes = { "payment.amount_cents": amountCents, "payment.card": card.slice(0, 4) };
  return traced("payment.charge", attributes, async (span) => {
    await pause(request.random, 1, 3);
    if (card.startsWith("declined")) throw new Refusal(402, "payment declined: insufficient funds");
    span.addEvent("payment.authorized", { "payment.authorization": `a-${request.id}` });
    return { receipt: `p-${request.id}`, amountCents };
  });
}

function refund({ receipt, amountCents }: Receipt, request: ShopRequest): Promise<Receipt> {
  const attributes = { "payment.amount_cents": amountCents, "payment.receipt": receipt };
  return traced("payment.refund", attributes, async () => {
    await pause(request.random, 1, 3);
    return { receipt: `f-${request.id}`, amountCents: -amountCents };
  });
}

function suggest(customer: string, request: ShopRequest): Promise<readonly Suggestion[]> {
  return traced("recommendation.suggest", { "customer.id": customer }, async (span) => {
    const bought = await historyOf(customer, request);
    const suggestions = similarProducts(bought, 5).map(({ sku, name, priceCents }) => ({ sku, name, priceCents }));
    span.setAttributes({ "recommendation.count": suggestions.length, "recommendation.model": "tags" });
    return suggestions;
  });
}

function historyOf(customer: string, request: ShopRequest): Promise<readonly string[]> {
  const attributes = { "db.operation.name": "SELECT", "db.collection.name": "purchases" };
  return traced("history.load", attributes, async (span) => {
    await pause(request.random, 1, 2);
    const first = deriveSeed(0, customer) % 50;
    const bought = [first, first + 3, first + 7].map((number) => `sku-${number}`);
    span.setAttribute("db.response.returned_rows", bought.length);
    return bought;
  });
}
