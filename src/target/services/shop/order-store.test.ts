import assert from "node:assert/strict";
import { test } from "node:test";
import { openOrderStore } from "./order-store.ts";

test("the store keeps its first thousand orders, and the latest ten thousand of those placed since", () => {
  const orders = openOrderStore();
  const sample = orders.get("7")!;
  for (let number = 1; number <= 10_001; number++) orders.set({ ...sample, id: `o-${number}` });
  orders.set({ ...sample, status: "refunded" });
  assert.deepEqual([orders.get("0")?.id, orders.get("999")?.id, orders.get("1000")], ["0", "999", undefined]);
  assert.deepEqual(
    [orders.get("o-1"), orders.get("o-2")?.id, orders.get("o-10001")?.id],
    [undefined, "o-2", "o-10001"],
  );
  assert.equal(orders.get("7")?.status, "refunded");
});
