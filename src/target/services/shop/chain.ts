import http from "node:http";
import type { RunningTarget, ServeContext } from "../target-kind.ts";
import { departments } from "./departments.ts";
import { serveFastify } from "./fastify-app.ts";
import { PATHS, routesOf, type Operations } from "./routes.ts";
import { behindGateway, openShop } from "./shop.ts";
import { Refusal, type ShopRequest } from "./step.ts";

const { reserve, charge, refund, suggest } = departments;
const SERVICES: Readonly<Record<string, (peers: ServeContext["peers"]) => Partial<Operations>>> = {
  inventory: () => ({ reserve }),
  payment: () => ({ charge, refund }),
  recommendation: () => ({ suggest }),
  order: ({ inventory, payment, recommendation }) =>
    openShop({
      ...remote(inventory!, "reserve"),
      ...remote(payment!, "charge", "refund"),
      ...remote(recommendation!, "suggest"),
    }),
  gateway: ({ order, recommendation }) =>
    behindGateway({
      ...remote(order!, "readOrder", "placeOrder", "refundOrder"),
      recommend: remote(recommendation!, "suggest").suggest,
    }),
};

/** Starts one service of the chain, on Fastify. */
export async function serveChained({ service, peers, seed }: ServeContext): Promise<RunningTarget> {
  const operations = SERVICES[service];
  if (operations === undefined) throw new Error(`orders-chain has no service "${service}"`);
  return serveFastify(routesOf(operations(peers)), seed);
}

/** Operations that another service of the chain does. */
function remote<Name extends keyof Operations>(origin: string, ...names: readonly Name[]): Pick<Operations, Name> {
  const ofName = (name: Name) => (input: unknown, request: ShopRequest) => ask(origin, PATHS[name], input, request);
  return Object.fromEntries(names.map((name) => [name, ofName(name)])) as unknown as Pick<Operations, Name>;
}

const TIMEOUT_MS = 10_000;
const agent = new http.Agent({ keepAlive: true });

/** Asks another service of the chain. Throws its refusal, and a `Refusal` with 502 if it does not answer. */
async function ask(origin: string, route: string, input: unknown, request: ShopRequest): Promise<unknown> {
  const [method, pattern] = route.split(" ") as [string, string];
  const path = pattern.replace(/:\w+/, () => encodeURIComponent(input as string));
  const content = path === pattern ? JSON.stringify(input) : undefined;
  const headers: Record<string, string> = { "x-request-id": request.id };
  if (content !== undefined) headers["content-type"] = "application/json";
  return new Promise((resolve, reject) => {
    const refuse = (error: Error): void => reject(new Refusal(502, `${method} ${path}: ${error.message}`));
    const options = { method, headers, agent, timeout: TIMEOUT_MS };
    const outgoing = http.request(new URL(path, origin), options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("error", refuse);
      response.on("end", () => {
        const body = JSON.parse(text) as { readonly error: string };
        if (response.statusCode! >= 400) reject(new Refusal(response.statusCode!, body.error));
        else resolve(body);
      });
    });
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    outgoing.on("error", refuse);
    outgoing.end(content);
  });
}
