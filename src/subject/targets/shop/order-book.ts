import { price, type Line, type Priced } from "./catalogue.ts";
import type { Receipt, Reservation } from "./departments.ts";

export interface Order extends Priced {
  readonly id: string;
  readonly customer: string;
  readonly status: "placed" | "refunded";
  readonly shipTo: { readonly street: string; readonly city: string };
  readonly payment: Receipt;
  readonly reservation: Reservation;
}

const INITIAL_ORDERS = 1000;
const MAX_ORDERS = 10_000;

/** Orders by id. Begins with the orders `0` to `999`; beyond 10,000 the oldest goes, so that memory stays flat. */
export function openOrderBook(): Map<string, Order> {
  const book = new Map<string, Order>();
  for (let number = 0; number < INITIAL_ORDERS; number++) {
    const lines: Line[] = [1, 2, 3].map((quantity) => ({ sku: `sku-${number * quantity}`, quantity }));
    const id = String(number);
    const priced = price(lines);
    enter(book, {
      id,
      customer: `c-${number % 200}`,
      status: "placed",
      shipTo: { street: `${number} Harbour Street`, city: "Port Louis" },
      payment: { receipt: `p-${id}`, amountCents: priced.totalCents },
      reservation: { reservation: `r-${id}`, warehouse: `w-${number % 4}` },
      ...priced,
    });
  }
  return book;
}

export function enter(book: Map<string, Order>, order: Order): void {
  book.set(order.id, order);
  if (book.size > MAX_ORDERS) book.delete(book.keys().next().value!);
}
