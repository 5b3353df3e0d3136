import type { ServiceProcess, TargetKind } from "./target-kind.ts";
import { shopTraffic } from "./shop/traffic.ts";

export const CHAIN: readonly ServiceProcess[] = [
  { service: "inventory", needs: [] },
  { service: "payment", needs: [] },
  { service: "recommendation", needs: [] },
  { service: "order", needs: ["inventory", "payment", "recommendation"] },
  { service: "gateway", needs: ["order", "recommendation"] },
];

export const ordersChain: TargetKind = {
  name: "orders-chain",
  about: "the order service as five processes over HTTP, each with a sampler of its own",
  example: "orders-chain",
  fields: {},
  instrumented: "http,fastify",
  requests: shopTraffic,
  services: () => CHAIN,
  async serve(_, context) {
    const { serveChained } = await import("./shop/chain.ts");
    return serveChained(context);
  },
};
