import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { COLLECTOR, JAEGER } from "./programs.ts";
import { collectorVersion } from "./version.ts";

test("a version is the module's in the build information of the binary; without it, it is unknown", () => {
  const folder = temporaryFolder();
  const binaryOf = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, Buffer.concat([Buffer.from([0xff, 0, 0xfe]), Buffer.from(text), Buffer.from([0, 0xff])]));
    return path;
  };
  const dep =
    "dep\tgo.opentelemetry.io/collector/otelcol/otelcoltest\tv0.1.0\th1:a=\ndep\tgo.opentelemetry.io/collector/otelcol";
  const own = binaryOf("own", `mod\tcustom\t(devel)\t\n${dep}\tv0.161.0\th1:b=\n`);
  const jaeger = binaryOf("jaeger", `mod\tgithub.com/jaegertracing/jaeger\tv2.0.1-rc1+dirty\n${dep}\tv0.99.0\n`);
  const unnamed = binaryOf("unnamed", "mod\tgithub.com/jaegertracing/jaeger\t(devel)\t\n");
  const script = binaryOf("script", "#!/bin/sh\nexec otelcol");
  assert.equal(collectorVersion({ binary: own, program: COLLECTOR }), "0.161.0");
  assert.equal(collectorVersion({ binary: jaeger, program: JAEGER }), "2.0.1-rc1+dirty");
  assert.equal(collectorVersion({ binary: unnamed, program: JAEGER }), undefined);
  assert.equal(collectorVersion({ binary: script, program: COLLECTOR }), undefined);
  // its first MiB ends within the version
  const long = binaryOf("long", `${"\0".repeat(2 ** 20 - dep.length - 6)}${dep}\tv0.161.0\n${"\0".repeat(2 ** 20)}`);
  assert.equal(collectorVersion({ binary: long, program: COLLECTOR }), "0.161.0");
  assert.equal(collectorVersion({ binary: folder, program: COLLECTOR }), undefined);
});
