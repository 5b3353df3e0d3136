import { Refusal } from "./step.ts";

export interface Line {
  readonly sku: string;
  readonly quantity: number;
}

interface PricedLine extends Line {
  readonly name: string;
  readonly totalCents: number;
}

export interface Priced {
  readonly lines: readonly PricedLine[];
  readonly taxCents: number;
  readonly totalCents: number;
}

export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly priceCents: number;
  readonly tags: readonly string[];
}

const MATERIALS = ["oak", "steel", "linen", "wool", "glass", "clay"];
const THINGS = ["chair", "lamp", "blanket", "bowl", "shelf", "clock", "vase", "desk", "rug", "tray"];
const TAX = 0.19;

const products: readonly Product[] = MATERIALS.flatMap((material, row) =>
  THINGS.map((thing, column) => {
    const number = row * THINGS.length + column;
    return {
      sku: `sku-${number}`,
      name: `${material} ${thing}`,
      priceCents: 990 + ((number * 7919) % 20_000),
      tags: [material, thing, number % 3 === 0 ? "sale" : "regular"],
    };
  }),
);

/** Any sku that ends in a number names a product: `sku-7`, `slow-7`. Throws a `Refusal` for others. */
function productOf(sku: string): Product {
  const number = /-(\d+)$/.exec(sku)?.[1];
  if (number === undefined) throw new Refusal(400, `no product "${sku}"`);
  return products[Number(number) % products.length]!;
}

export function price(lines: readonly Line[]): Priced {
  const priced = lines.map(({ sku, quantity }) => {
    const { name, priceCents } = productOf(sku);
    return { sku, quantity, name, totalCents: priceCents * quantity };
  });
  const netCents = priced.reduce((total, line) => total + line.totalCents, 0);
  const taxCents = Math.round(netCents * TAX);
  return { lines: priced, taxCents, totalCents: netCents + taxCents };
}

/** The products most similar to what a customer has bought, best first. */
export function similarProducts(bought: readonly string[], limit: number): readonly Product[] {
  const liked = new Set(bought.flatMap((sku) => productOf(sku).tags));
  const score = (product: Product): number => product.tags.filter((tag) => liked.has(tag)).length;
  const scored = products
    .filter((product) => !bought.includes(product.sku))
    .map((product) => ({ product, score: score(product) }));
  // oxlint-disable-next-line unicorn/no-array-sort -- Node 18 has no toSorted
  scored.sort((a, b) => b.score - a.score || a.product.priceCents - b.product.priceCents);
  return scored.slice(0, limit).map(({ product }) => product);
}
