import { price, type Line, type Priced } from "./catalogue.ts";
import type { Receipt, Reservation } from "./routes.ts";

export interface Order extends Priced {
  readonly id: string;
  readonly customer: string;
  readonly status: "placed" | "refunded";
  readonly shipTo: { readonly street: string; readonly city: string };
  readonly payment: Receipt;
  readonly reservation: Reservation;
}

export interface OrderStore {
  get(id: string): Order | undefined;
  set(order: Order): void;
}

const INITIAL_ORDERS = 1000;
const MAX_PLACED = 10_000;

/** Holds orders `0` to `999`, and the latest 10,000 of those placed since: memory stays flat. */
export function openOrderStore(): OrderStore {
  const initial = new Map(
    Array.from({ length: INITIAL_ORDERS }, (_, number) => [String(number), initialOrder(number)]),
  );
  const placed = new Map<string, Order>();
  return {
    get: (id) => initial.get(id) ?? placed.get(id),
    set(order) {
      const orders = initial.has(order.id) ? initial : placed;
      orders.set(order.id, order);
      if (placed.size > MAX_PLACED) placed.delete(placed.keys().next().value!);
    },
  };
}

function initialOrder(number: number): Order {
  const lines: Line[] = [1, 2, 3].map((quantity) => ({ sku: `sku-${number * quantity}`, quantity }));
  const id = String(number);
  const priced = price(lines);
  return {
    id,
    customer: `c-${number % 200}`,
    status: "placed",
    shipTo: { street: `${number} Harbour Street`, city: "Port Louis" },
    payment: { receipt: `p-${id}`, amountCents: priced.totalCents },
    reservation: { reservation: `r-${id}`, warehouse: `w-${number % 4}` },
    ...priced,
  };
}
