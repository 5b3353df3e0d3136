import type { Line } from "./catalogue.ts";
import { Refusal, type ShopRequest } from "./step.ts";

export interface Reservation {
  readonly reservation: string;
  readonly warehouse: string;
}

export interface Charge {
  readonly card: string;
  readonly amountCents: number;
}

export interface Receipt {
  readonly receipt: string;
  readonly amountCents: number;
}

export interface Suggestion {
  readonly sku: string;
  readonly name: string;
  readonly priceCents: number;
}

/** All that the services of the shop do. Each throws a `Refusal` for what it does not. */
export interface Operations {
  readOrder(id: string, request: ShopRequest): Promise<unknown>;
  placeOrder(form: unknown, request: ShopRequest): Promise<unknown>;
  refundOrder(id: string, request: ShopRequest): Promise<unknown>;
  recommend(customer: string, request: ShopRequest): Promise<unknown>;
  reserve(lines: readonly Line[], request: ShopRequest): Promise<Reservation>;
  /** Refuses with 402 a card that starts with `declined`. */
  charge(charge: Charge, request: ShopRequest): Promise<Receipt>;
  refund(receipt: Receipt, request: ShopRequest): Promise<Receipt>;
  suggest(customer: string, request: ShopRequest): Promise<readonly Suggestion[]>;
}

/** What an operation is called by over HTTP. Its input is the path's parameter, or the body if there is none. */
export const PATHS: Readonly<Record<keyof Operations, `GET ${string}` | `POST ${string}`>> = {
  readOrder: "GET /orders/:id",
  placeOrder: "POST /orders",
  refundOrder: "POST /orders/:id/refund",
  recommend: "GET /recommendations/:customer",
  reserve: "POST /reservations",
  charge: "POST /charges",
  refund: "POST /refunds",
  suggest: "GET /suggestions/:customer",
};

/** One route of a service. */
export interface Route {
  /** Of the handler's span, in Fastify. */
  readonly name: string;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly handle: (params: unknown, body: unknown, request: ShopRequest) => Promise<Answer>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export function routesOf(operations: Partial<Operations>): readonly Route[] {
  return Object.entries(operations).map(([name, operate]) => {
    const [method, path] = PATHS[name as keyof Operations].split(" ") as [Route["method"], string];
    const status = method === "POST" && !path.includes(":") ? 201 : 200;
    return {
      name,
      method,
      path,
      async handle(params, body, request) {
        const [input = body] = Object.values(params as object);
        try {
          return { status, body: await operate(input as never, request) };
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          return { status: error.status, body: { error: error.message } };
        }
      },
    };
  });
}
