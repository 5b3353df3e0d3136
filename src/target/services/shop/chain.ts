import type { RunningTarget, ServeContext } from "../../kinds.ts";
import { answer } from "./answer.ts";
import type { Line } from "./catalogue.ts";
import { localDepartments, type Charge, type Receipt } from "./departments.ts";
import { serveFastify, shopRoutes, type Route } from "./fastify-app.ts";
import { remoteDepartments, remoteShop } from "./peers.ts";
import { behindGateway, openShop } from "./shop.ts";

/** Starts one service of the chain, on Fastify. */
export async function serveChained({ service, peers, seed }: ServeContext): Promise<RunningTarget> {
  const routes = services[service];
  if (routes === undefined) throw new Error(`orders-chain has no service "${service}"`);
  return serveFastify(routes(peers), seed);
}

const services: Readonly<Record<string, (peers: ServeContext["peers"]) => readonly Route[]>> = {
  inventory: () => [
    {
      method: "POST",
      path: "/reservations",
      handler: function reserve(_, lines, request) {
        return answer(201, localDepartments.reserve(lines as readonly Line[], request));
      },
    },
  ],
  payment: () => [
    {
      method: "POST",
      path: "/charges",
      handler: function charge(_, body, request) {
        return answer(201, localDepartments.charge(body as Charge, request));
      },
    },
    {
      method: "POST",
      path: "/refunds",
      handler: function refund(_, body, request) {
        return answer(201, localDepartments.refund(body as Receipt, request));
      },
    },
  ],
  recommendation: () => [
    {
      method: "GET",
      path: "/suggestions/:customer",
      handler: function suggest(customer, _, request) {
        return answer(200, localDepartments.suggest(customer, request));
      },
    },
  ],
  order: ({ inventory, payment, recommendation }) =>
    shopRoutes(openShop(remoteDepartments(inventory!, payment!, recommendation!))),
  gateway: ({ order, recommendation }) => shopRoutes(behindGateway(remoteShop(order!, recommendation!))),
};
