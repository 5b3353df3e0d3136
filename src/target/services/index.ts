import { registry, type Registry } from "../../base/registry.ts";
import type { AnyTarget } from "./target-kind.ts";
import { bare } from "./bare.ts";
import { command } from "./command.ts";
import { express } from "./express.ts";
import { fastapi } from "./fastapi.ts";
import { ordersChain } from "./orders-chain.ts";
import { observed } from "./observed.ts";
import { orders } from "./orders.ts";
import { url } from "./url.ts";

export const targets: Registry<AnyTarget> = registry<AnyTarget>("target", [
  orders,
  ordersChain,
  express,
  bare,
  fastapi,
  command,
  url,
  observed,
]);
