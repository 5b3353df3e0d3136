import assert from "node:assert/strict";
import { test } from "node:test";
import type { Observation, Traces } from "./observation.ts";
import { requestIdLine, rootsLine } from "./trace-lines.ts";

test("traces that name no request are not wrong, and the line names what they make impossible, and the header to capture", () => {
  const [none, some] = [0, 40].map((joined) => requestIdLine({ joined, count: 41 } as Traces));
  assert.equal(none!.word, "unknown");
  assert.match(none!.text, /advise.*--record/);
  assert.match(none!.fix!, /x-request-id/);
  assert.deepEqual([some!.word, some!.fix], ["ok", undefined]);
});

test("traces that are missing or have no root are not laid to the code while a queue that can have been full may have lost them", () => {
  const lineOf = (queue: number, traces: Partial<Traces>) => {
    const processor = { name: "BatchSpanProcessor", queue };
    const seen = {
      answered: 40,
      sent: 40,
      probes: 1,
      result: { counts: { received: 80 } },
      facts: { processors: [processor] },
    };
    return rootsLine(
      seen as unknown as Observation,
      { count: 41, served: 41, roots: 41, serverRoots: 41, ...traces } as Traces,
    );
  };
  assert.equal(lineOf(64, {}).word, "ok");
  for (const lacking of [{ roots: 39 }, { count: 38, served: 38, roots: 38 }]) {
    const { word, text, fix } = lineOf(64, lacking);
    assert.deepEqual([word, /^2 .*queue of 64/.test(text), fix], ["unknown", true, undefined]);
    assert.equal(lineOf(2048, lacking).word, "wrong");
  }
});
