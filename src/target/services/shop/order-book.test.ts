import assert from "node:assert/strict";
import { test } from "node:test";
import { openOrderBook } from "./order-book.ts";

test("an order book keeps its first thousand orders however many are placed, and the last ten thousand of those", () => {
  const book = openOrderBook();
  const sample = book.get("7")!;
  for (let number = 1; number <= 10_001; number++) book.enter({ ...sample, id: `o-${number}` });
  book.enter({ ...sample, status: "refunded" });
  assert.deepEqual([book.get("0")?.id, book.get("999")?.id, book.get("1000")], ["0", "999", undefined]);
  assert.deepEqual([book.get("o-1"), book.get("o-2")?.id, book.get("o-10001")?.id], [undefined, "o-2", "o-10001"]);
  assert.equal(book.get("7")?.status, "refunded");
});
