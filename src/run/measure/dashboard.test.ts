import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoadResult } from "../../load/job.ts";
import type { Load } from "../../record/trial-record.ts";
import { dashboardOf } from "./dashboard.ts";

test("a dashboard shows no requests if there are no spans, and an unknown number if the service has another name", () => {
  const requests = { status: Uint16Array.of(200) } as unknown as NonNullable<LoadResult["requests"]>;
  const load = { completed: 1, responseTime: { p99: 1 } } as Load;
  const shownBy = (after: string) =>
    dashboardOf({ spanMetrics: { before: "", after } }, "shop", { requests }, load)!.requests.estimate;
  const callsOf = (service: string) => `calls_total{service_name="${service}",span_kind="SPAN_KIND_SERVER"} 7`;
  assert.equal(shownBy(callsOf("shop")), 7);
  assert.equal(shownBy(""), 0);
  assert.equal(shownBy(callsOf("other")), undefined);
});
