import type { Answer } from "./answer.ts";
import { behindGateway, openShop, type Shop } from "./shop.ts";
import type { ShopRequest } from "./step.ts";

/** One route of a service. */
export interface Route {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Of the handler's span, in Fastify. */
  readonly name: string;
  /** `param` is the path's only parameter, or empty. */
  readonly handle: (param: string, body: unknown, request: ShopRequest) => Promise<Answer>;
}

export function shopRoutes(shop: Shop): readonly Route[] {
  return [
    { method: "GET", path: "/orders/:id", name: "readOrder", handle: (id, _, request) => shop.read(id, request) },
    { method: "POST", path: "/orders", name: "placeOrder", handle: (_, body, request) => shop.place(body, request) },
    {
      method: "POST",
      path: "/orders/:id/refund",
      name: "refundOrder",
      handle: (id, _, request) => shop.refund(id, request),
    },
    {
      method: "GET",
      path: "/recommendations/:customer",
      name: "recommend",
      handle: (customer, _, request) => shop.recommend(customer, request),
    },
  ];
}

/** Gateway, orders and departments in one process. */
export function wholeShopRoutes(): readonly Route[] {
  return shopRoutes(behindGateway(openShop()));
}
