import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { diag, DiagLogLevel, trace } from "@opentelemetry/api";
import { exporters } from "../target/exporters/index.ts";
import { samplers } from "../target/samplers/index.ts";
import { kept } from "./part.ts";
import { PARTS, partOf, yardstick } from "./parts/index.ts";
import { writeSamplerFiles } from "./parts/sampler-files.ts";

const folder = mkdtempSync(join(tmpdir(), "spantoll-parts-"));
writeSamplerFiles(folder);
after(() => rmSync(folder, { recursive: true }));

/** What a part adds up while it is done so often. */
async function counted(name: string, times = 512): Promise<number> {
  const operation = await partOf(name).make({ folder });
  const whole = times * (operation.multiple ?? 1);
  await operation.prepare?.(whole);
  const before = kept.count;
  operation.run(whole);
  const count = kept.count - before;
  await operation.settle?.();
  await operation.close?.();
  return count;
}

test("there is a part for every registered sampler on each parent, every local exporter, and names are unique", () => {
  const names = PARTS.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const { name, example } of samplers.kinds) {
    for (const parent of ["root", "sampled-parent", "unsampled-parent"])
      assert.equal(names.includes(`sampler/${example}/${parent}`), name !== "none" && name !== "noop", example);
  }
  for (const { name, endpoint } of exporters.kinds)
    if (endpoint === undefined && !["discard", "module"].includes(name)) assert.ok(names.includes(`export/${name}`));
});

for (const part of [...PARTS, yardstick]) {
  test(`${part.name} can be done over and over`, async () => {
    const operation = await part.make({ folder });
    for (const rounds of [1, 3]) {
      const times = rounds * (operation.multiple ?? 1);
      await operation.prepare?.(times);
      operation.run(times);
      await operation.settle?.();
    }
    await operation.close?.();
  });
}

test("a span that is not sampled records nothing, a sampled one does", async () => {
  assert.equal(await counted("span/unsampled"), 0);
  // parts run in processes of their own; here another may have registered its provider
  trace.disable();
  assert.equal(await counted("span/no-sdk"), 0);
  assert.equal(await counted("span/recorded-root"), 512);
  assert.equal(await counted("span/recorded-child"), 512);
});

test("samplers decide as they are called: never, always, after the parent", async () => {
  const kept2 = 2 * 512;
  assert.equal(await counted("sampler/always_off/root"), 0);
  assert.equal(await counted("sampler/always_on/unsampled-parent"), kept2);
  assert.equal(await counted("sampler/parentbased:ratio:0.1/sampled-parent"), kept2);
  assert.equal(await counted("sampler/parentbased:ratio:0.1/unsampled-parent"), 0);
});

test("headers of a traced request give a context, those of an untraced one none; switching calls what it is given", async () => {
  assert.equal(await counted("context/extract"), 512);
  assert.equal(await counted("context/extract-absent"), 0);
  assert.equal(await counted("context/switch"), 512);
  assert.equal(await counted("context/active"), 512);
  assert.equal(await counted("context/inject"), 512 * 55);
});

test("a full queue drops every span but the two it has room for; one with room drops none", async () => {
  const told: string[] = [];
  const log = (text: string): void => void told.push(text);
  diag.setLogger({ error: log, warn: log, info() {}, debug() {}, verbose() {} }, DiagLogLevel.WARN);
  after(() => diag.disable());
  for (const name of ["processor/batch/room", "processor/batch/leaving"]) await counted(name, 2);
  assert.deepEqual(told, []);
  const full = await partOf("processor/batch/full").make({ folder });
  full.run(1000);
  await full.settle?.();
  full.run(1);
  await full.settle?.();
  await full.close?.();
  // the SDK tells of drops when a span finds room again
  assert.match(told.join("\n"), /Dropped 99[89] spans because maxQueueSize reached/);
});

test("serialising a batch of 512 spans gives the bytes of all of them", async () => {
  for (const name of ["export/otlp-protobuf", "export/otlp-json", "export/zipkin"])
    assert.ok((await counted(name, 1)) > 512 * 100, name);
});
