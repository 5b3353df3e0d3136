import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { collectorFiles } from "../../collector/collector-kind.ts";
import { collectorSpec } from "../../spec/scenario.ts";
import { collectorPorts, startCollector } from "./collector-start.ts";

const GROUP = "/proc/self/autogroup";

test("a Collector yields to the driver: its session too", { skip: !existsSync(GROUP) && "no groups" }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "spantoll-nice-"));
  try {
    const [binary, seen] = [join(folder, "collector"), join(folder, "seen")];
    writeFileSync(binary, `#!/bin/sh\ncat ${GROUP} > ${seen}\nnice >> ${seen}\n`);
    chmodSync(binary, 0o700);
    const files = { ...collectorFiles(collectorSpec.parse("pass-through"))!, binary };
    const ports = await collectorPorts();
    await startCollector(files, { folder, ports, sinkUrl: "", cores: undefined }).exited;
    assert.match(readFileSync(seen, "utf8"), /nice 10\n10\n$/);
    assert.match(readFileSync(GROUP, "utf8"), /nice 0\n$/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
