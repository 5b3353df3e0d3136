import type { RequestTemplate } from "../target-kind.ts";

const JSON_BODY = { "content-type": "application/json" };

const read = { route: "GET /orders/:id", method: "GET" } as const;
const place = { route: "POST /orders", method: "POST", path: "/orders", headers: JSON_BODY } as const;

/** The shop's usual traffic; weights add up to 100. What is special about a request is carried by its ids. A refusal marks its spans ERROR. */
export const shopTraffic: readonly RequestTemplate[] = [
  { ...read, class: "ordinary", path: "/orders/{n}", weight: 45, expect: [200] },
  { ...read, class: "unknown", path: "/orders/unknown-{n}", weight: 2, expect: [404], fails: true },
  { ...place, class: "ordinary", body: form("visa-{n}", "sku-{n}"), weight: 29.8, expect: [201] },
  { ...place, class: "declined", body: form("declined-{n}", "sku-{n}"), weight: 4, expect: [402], fails: true },
  { ...place, class: "slow", body: form("visa-{n}", "slow-{n}"), weight: 0.2, expect: [201] },
  {
    route: "GET /recommendations/:customer",
    class: "ordinary",
    method: "GET",
    path: "/recommendations/c-{n}",
    weight: 16,
    expect: [200],
  },
  {
    route: "POST /orders/:id/refund",
    class: "ordinary",
    method: "POST",
    path: "/orders/{n}/refund",
    weight: 3,
    expect: [200],
  },
];

function form(card: string, sku: string): string {
  const lines = [
    { sku, quantity: 2 },
    { sku: "sku-7", quantity: 1 },
  ];
  return JSON.stringify({ customer: "c-{n}", card, lines });
}
