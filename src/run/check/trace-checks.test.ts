import assert from "node:assert/strict";
import { test } from "node:test";
import type { Observation, Traces } from "./observation.ts";
import type { Control } from "./start-checks.ts";
import { everyTraceVerdict, providerVerdict, requestIdVerdict, rootsVerdict } from "./trace-checks.ts";

test("traces that name no request are not wrong, and the line names what they make impossible, and the header to capture", () => {
  const [none, some, all] = [0, 39, 40].map((named) =>
    requestIdVerdict({ answered: 40 } as Observation, { named, served: 40 } as Traces),
  );
  for (const { word, fix } of [none!, some!])
    assert.deepEqual([word, fix!.includes("x-request-id")], ["unknown", true]);
  assert.match(none!.text, /advise.*--record/);
  assert.deepEqual([all!.word, all!.fix], ["ok", undefined]);
});

test("traces that are missing or have no root are not laid to the code while a queue that can have been full may have lost them", () => {
  const whole: Partial<Traces> = { count: 40, served: 40, roots: 40, serverRoots: 40 };
  for (const [judge, lacking] of [
    [everyTraceVerdict, { count: 38, served: 38, roots: 38 }],
    [rootsVerdict, { roots: 38 }],
  ] as const) {
    const verdictOf = (queue: number, traces: Partial<Traces>) => {
      const facts = { processors: [{ name: "BatchSpanProcessor", queue }] };
      const seen = { answered: 40, sent: 40, result: { counts: { received: 80 } }, facts };
      return judge(seen as unknown as Observation, { ...whole, ...traces } as Traces);
    };
    assert.equal(verdictOf(64, {}).word, "ok");
    const { word, text, fix } = verdictOf(64, lacking);
    assert.deepEqual([word, /queue of 64/.test(text), fix], ["unknown", true, undefined]);
    assert.equal(verdictOf(2048, lacking).word, "wrong");
  }
});

test("a provider in code beside opentelemetry-instrument is said to have no effect", () => {
  const wordOf = (output: string) =>
    providerVerdict({ facts: undefined, output } as Observation, {} as Traces, { ownSdk: true } as Control).word;
  assert.equal(wordOf("WARNING:opentelemetry.trace:Overriding of current TracerProvider is not allowed"), "wrong");
  assert.equal(wordOf("Started server process"), "unknown");
});
