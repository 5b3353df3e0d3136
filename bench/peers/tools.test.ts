import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { autocannon, hey, installed, wrk } from "./tools.ts";

const TASK = { origin: "http://127.0.0.1:80", connections: 64, ratePerSecond: 600, warmupMs: 0, windowMs: 1000 };

const WRK = `Running 4s test @ http://127.0.0.1:80/
  1 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   206.93us  203.90us   8.01ms   98.34%
    Req/Sec    78.50k     6.05k   86.83k    80.49%
  Latency Distribution
     50%  187.00us
     75%  220.00us
     90%  260.00us
     99%    1.02ms
  320234 requests in 4.10s, 31.76MB read
Requests/sec:  78105.40
`;
const HEY = `
Summary:
  Total:\t4.0013 secs

Latency distribution:
  10% in 0.0029 secs
  50%% in 0.0052 secs
  99%% in 0.9031 secs

Status code distribution:
  [200]\t1824 responses
  [503]\t3 responses
`;

suite("other people's drivers", () => {
  test("their answers are read in ms", () => {
    assert.deepEqual(wrk.read(WRK), { requests: 320_234, p50Ms: 0.187, p99Ms: 1.02 });
    assert.deepEqual(hey.read(HEY), { requests: 1827, p50Ms: 5.2, p99Ms: 903.1 });
    const json = JSON.stringify({ requests: { total: 2400 }, latency: { p50: 5, p99: 17 } });
    assert.deepEqual(autocannon.read(json), { requests: 2400, p50Ms: 5, p99Ms: 17 });
  });

  test("an answer without the figures is told, and never read as 0", () => {
    assert.throws(() => wrk.read("unable to connect"), /unable to connect/);
  });

  test("a rate is split among hey's workers, and given whole to autocannon", () => {
    assert.ok(hey.args(TASK, 4).includes("-q=9.375"));
    assert.ok(autocannon.args(TASK, 4).includes("--overallRate=600"));
  });

  test("one that is missing is left out, and a line says how to get it", () => {
    const notes: string[] = [];
    const missing = { ...wrk, name: "gone", command: "spantoll-no-such-tool", install: "apt-get install gone" };
    const drivers = installed([missing, autocannon], { note: (text) => notes.push(text) });
    assert.deepEqual(
      drivers.map(({ name }) => name),
      ["autocannon"],
    );
    assert.deepEqual(notes, ["gone is not installed and was left out; apt-get install gone brings it"]);
  });
});
