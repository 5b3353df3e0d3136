import http from "node:http";
import type { RunningTarget, ServeContext } from "../target-kind.ts";
import { answer, Refusal, type Answer } from "./answer.ts";
import type { Line } from "./catalogue.ts";
import { localDepartments, type Charge, type Departments, type Receipt } from "./departments.ts";
import { serveFastify } from "./fastify-app.ts";
import { shopRoutes, type Route } from "./routes.ts";
import { behindGateway, openShop, type Shop } from "./shop.ts";
import type { ShopRequest } from "./step.ts";

/** Starts one service of the chain, on Fastify. */
export async function serveChained({ service, peers, seed }: ServeContext): Promise<RunningTarget> {
  const routes = SERVICES[service];
  if (routes === undefined) throw new Error(`orders-chain has no service "${service}"`);
  return serveFastify(routes(peers), seed);
}

const post = (path: string, name: string, work: (body: unknown, request: ShopRequest) => Promise<unknown>): Route => ({
  method: "POST",
  path,
  name,
  handle: (_, body, request) => answer(201, work(body, request)),
});

const SERVICES: Readonly<Record<string, (peers: ServeContext["peers"]) => readonly Route[]>> = {
  inventory: () => [
    post("/reservations", "reserve", (lines, request) => localDepartments.reserve(lines as readonly Line[], request)),
  ],
  payment: () => [
    post("/charges", "charge", (body, request) => localDepartments.charge(body as Charge, request)),
    post("/refunds", "refund", (body, request) => localDepartments.refund(body as Receipt, request)),
  ],
  recommendation: () => [
    {
      method: "GET",
      path: "/suggestions/:customer",
      name: "suggest",
      handle: (customer, _, request) => answer(200, localDepartments.suggest(customer, request)),
    },
  ],
  order: ({ inventory, payment, recommendation }) =>
    shopRoutes(openShop(remoteDepartments(inventory!, payment!, recommendation!))),
  gateway: ({ order, recommendation }) => shopRoutes(behindGateway(remoteShop(order!, recommendation!))),
};

const TIMEOUT_MS = 10_000;
const agent = new http.Agent({ keepAlive: true });

/** Sends JSON to another service of the chain. Throws a `Refusal` with 502 if it does not answer. */
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

function remoteShop(order: string, recommendation: string): Shop {
  return {
    place: (form, request) => ask(order, "POST", "/orders", request, form),
    read: (id, request) => ask(order, "GET", `/orders/${encodeURIComponent(id)}`, request),
    refund: (id, request) => ask(order, "POST", `/orders/${encodeURIComponent(id)}/refund`, request),
    recommend: (customer, request) => ask(recommendation, "GET", suggestionsOf(customer), request),
  };
}

function remoteDepartments(inventory: string, payment: string, recommendation: string): Departments {
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
