/** Exporters that break the contract: the books hold all the same. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { closeLedgerOf, emit, traceWith } from "./tracing.fixture.ts";

const baseDir = await mkdtemp(join(tmpdir(), "spantoll-traps-"));
after(() => rm(baseDir, { recursive: true }));

const ownExporters: Readonly<Record<string, readonly [string, Record<string, number>]>> = {
  "fails without saying why": ["(spans, done) => done({ code: 1 })", { "no reason given": 10 }],
  "answers twice": ["(spans, done) => { done({ code: 0 }); done({ code: 1 }); }", {}],
  throws: ["() => { throw new Error('disk full'); }", { "disk full": 10 }],
};

for (const [what, [body, exportFailed]] of Object.entries(ownExporters)) {
  test(`an exporter that ${what} does not upset the books`, async () => {
    const name = `./${what.replaceAll(" ", "-")}.mjs`;
    await writeFile(join(baseDir, name), `export default { export: ${body}, shutdown: async () => {} };`);
    const tracing = await traceWith({ exporter: `module:${name}`, processor: "batch:timeout=1s", baseDir });
    emit(10);
    const ledger = await closeLedgerOf(tracing);
    assert.deepEqual(ledger.exportFailed, exportFailed);
    assert.equal(ledger.residual, 0);
  });
}
