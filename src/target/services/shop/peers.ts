import http from "node:http";
import { Refusal, type Answer } from "./answer.ts";
import type { Departments } from "./departments.ts";
import type { ShopRequest } from "./request.ts";
import type { Shop } from "./shop.ts";

const TIMEOUT_MS = 10_000;
const agent = new http.Agent({ keepAlive: true });

/** Sends JSON to another service of the chain. Throws a `Refusal` with 502 where it does not answer. */
async function ask(
  origin: string,
  method: "GET" | "POST",
  path: string,
  request: ShopRequest,
  content?: unknown,
): Promise<Answer> {
  const headers: Record<string, string> = { "x-request-id": request.id };
  if (content !== undefined) headers["content-type"] = "application/json";
  const options = { method, headers, agent, timeout: TIMEOUT_MS };
  return new Promise((resolve, reject) => {
    const refuse = (error: Error): void => reject(new Refusal(502, `${method} ${path}: ${error.message}`));
    const outgoing = http.request(new URL(path, origin), options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("error", refuse);
      response.on("end", () => resolve({ status: response.statusCode!, body: JSON.parse(text) }));
    });
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    outgoing.on("error", refuse);
    outgoing.end(content === undefined ? undefined : JSON.stringify(content));
  });
}

/** The shop's routes as other services serve them: what a gateway is. */
export function remoteShop(order: string, recommendation: string): Shop {
  return {
    place: (form, request) => ask(order, "POST", "/orders", request, form),
    read: (id, request) => ask(order, "GET", `/orders/${encodeURIComponent(id)}`, request),
    refund: (id, request) => ask(order, "POST", `/orders/${encodeURIComponent(id)}/refund`, request),
    recommend: (customer, request) => ask(recommendation, "GET", suggestionsOf(customer), request),
  };
}

export function remoteDepartments(inventory: string, payment: string, recommendation: string): Departments {
  return {
    reserve: (lines, request) => accepted(ask(inventory, "POST", "/reservations", request, lines)),
    charge: (charge, request) => accepted(ask(payment, "POST", "/charges", request, charge)),
    refund: (receipt, request) => accepted(ask(payment, "POST", "/refunds", request, receipt)),
    suggest: (customer, request) => accepted(ask(recommendation, "GET", suggestionsOf(customer), request)),
  };
}

function suggestionsOf(customer: string): string {
  return `/suggestions/${encodeURIComponent(customer)}`;
}

async function accepted<T>(asked: Promise<Answer>): Promise<T> {
  const { status, body } = await asked;
  if (status >= 400) throw new Refusal(status, (body as { readonly error: string }).error);
  return body as T;
}
