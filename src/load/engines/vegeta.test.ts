import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../base/temporary-folder.fixture.ts";
import { jobFor } from "../drivers/service.fixture.ts";
import { startVegeta } from "./vegeta.ts";

/** Its results are what it attacks; encoded, each is larger than a long run's on average. */
const PROGRAM = `#!${process.execPath}
if (process.argv[2] === "attack") return process.stdin.pipe(process.stdout);
const headers = { long: "x".repeat(3e6) };
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { url } = JSON.parse(line);
  console.log(JSON.stringify({ code: 200, timestamp: "2026-11-28T12:00:00.5Z", latency: 2e6, error: "", url, headers }));
});`;

test("the answers of a long run are all read, however long vegeta writes them", async () => {
  const folder = temporaryFolder();
  const { PATH } = process.env;
  const origin = "http://127.0.0.1:1";
  try {
    writeFileSync(join(folder, "vegeta"), PROGRAM, { mode: 0o755 });
    process.env["PATH"] = `${folder}${delimiter}${PATH}`;
    const requests = Array.from({ length: 40 }, (_, at) => ({
      arrival: { type: "arrival", dueMs: at, id: at + 1, target: 0, slotMs: at, measured: true } as const,
      template: 0,
      origin,
      rendered: { method: "GET", path: "/", headers: [], body: undefined },
    }));
    const ready = await startVegeta(jobFor([{ origin }]), requests);
    await ready.run();
    const answers = await ready.answers();
    await ready.stop();
    assert.deepEqual(
      answers.map(({ number, tookMs, end }) => [number, tookMs, end]),
      requests.map((_, number) => [number, 2, "completed"]),
    );
  } finally {
    process.env["PATH"] = PATH;
  }
});
