import assert from "node:assert/strict";
import { test } from "node:test";
import type { Traces } from "./observation.ts";
import { requestIdLine } from "./trace-lines.ts";

test("traces that name no request are not wrong, and the line names what they make impossible, and the header to capture", () => {
  const [none, some] = [0, 40].map((joined) => requestIdLine({ joined, count: 41 } as Traces));
  assert.equal(none!.word, "unknown");
  assert.match(none!.text, /advise.*--record/);
  assert.match(none!.fix!, /x-request-id/);
  assert.deepEqual([some!.word, some!.fix], ["ok", undefined]);
});
