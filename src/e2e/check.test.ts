/** `bench --check`: each way to set tracing up wrongly is named with its fix, and a service that is set up right is green. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, test } from "node:test";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { checkAll, observeControl } from "../run/check/check.ts";
import type { CheckLine } from "../run/check/check-line.ts";
import { controlLines } from "../run/check/checks.ts";
import { isTraced, ITEM, ofVariants, SERVICE, withTarget } from "./check.fixture.ts";
import { runTogether, runTogetherIn, writeJson } from "./program.fixture.ts";

const folder = temporaryFolder();
const scenario = writeJson(folder, "check", { target: "bare", requests: ITEM });
const own = (command: string): string => `command:(${command}),own_sdk`;

async function check(target: string) {
  const { exitCode, stdout, stderr } = await runTogetherIn(SERVICE, "bench", scenario, "--target", target, "--check");
  const wrong = stdout.split("\n").filter((line) => line.startsWith("wrong"));
  return { exitCode, stdout, stderr, wrong };
}

type Lines = (...given: Parameters<typeof observeControl>) => Promise<readonly CheckLine[]>;
const firstLines: Lines = async (...given) => controlLines(await observeControl(...given));
const allLines: Lines = async (...given) => (await checkAll(...given)).lines;

/** What the check says of a traced service, without a baseline: a start less for each way. */
function linesAbout(command: string, lines: Lines): Promise<readonly CheckLine[]> {
  return withTarget(own(command), (bench, setting, signal) => lines(bench, ofVariants(setting, isTraced), signal));
}

async function assertNamed(named: readonly RegExp[], ...about: Parameters<typeof linesAbout>): Promise<void> {
  const lines = await linesAbout(...about);
  const wrong = lines.flatMap(({ word, text, fix }) => (word === "wrong" ? [`${text}. Fix: ${fix}`] : []));
  for (const [at, one] of named.entries()) assert.match(wrong[at] ?? "nothing", one);
}

/** One cause, and no other beside it. */
const alone = ({ source }: RegExp): RegExp => new RegExp(`^(?!.*\\(2\\)).*${source}`);

/** What the lines must name; those after them are consequences. */
const WAYS: Readonly<Record<string, readonly RegExp[]>> = {
  "no-sdk": [alone(/no SDK.*leave out own_sdk/)],
  lazy: [/after the first request.*before the service listens/],
  unregistered: [alone(/no tracer provider was registered.*register/)],
  path: [alone(/\/v1\/trace\b.*OTEL_EXPORTER_OTLP_TRACES_ENDPOINT/)],
  port: [alone(/127\.0\.0\.1:9\b.*OTEL_EXPORTER_OTLP_TRACES_ENDPOINT/)],
  grpc: [alone(/gRPC.*--exporter otlp-grpc/)],
  "grpc,listens-late": [alone(/gRPC.*--exporter otlp-grpc/)],
  "ratio-0": [alone(/TraceIdRatioBased\{0\}.*out of code/)],
  disabled: [alone(/OTEL_SDK_DISABLED.*remove/)],
  "exporter-none": [alone(/OTEL_TRACES_EXPORTER=none/)],
  "library-first": [/express was loaded before.*--require/],
  "http-first": [/http was loaded before.*--require/],
  "two-exporters": [/exported more than once.*one span processor/],
  console: [/ConsoleSpanExporter export the same spans.*one exporter/],
  "grpc,no-flush,worker": [/gRPC.*--exporter otlp-grpc.*SIGTERM.*shutdown/],
  "twice,ratio-0": [/TraceIdRatioBased\{0\}.*out of code.*twice.*one place/],
  "late,large-batch": [/after the first request.*before the service listens.*batch larger than its queue.*OTEL_/],
  "large-batch,context-lost": [/context is lost.*context manager/, /batch larger than its queue.*OTEL_/],
};
const SEVERAL_STARTS: typeof WAYS = {
  "always-on,large-batch": [/batch larger than its queue/, /requests kept, expected.*OTEL_TRACES_SAMPLER/],
  "always-on,no-flush": [/without exporting its queue.*shutdown/, /requests kept, expected.*OTEL_TRACES_SAMPLER/],
};

describe("bench --check", { concurrency: 4 }, () => {
  for (const [of, lines] of [
    [WAYS, firstLines],
    [SEVERAL_STARTS, allLines],
  ] as const)
    for (const [ways, named] of Object.entries(of))
      test(`names a set-up that is wrong: ${ways}`, () =>
        assertNamed(named, `WRONG=${ways} exec node ${SERVICE}/wrong.cjs`, lines));

  test("names an ES module without a loader hook, but not the same one with it", async () => {
    const serve = `--import ${SERVICE}/right.cjs ${SERVICE}/module.mjs`;
    await assertNamed([/ES module.*hook\.mjs/], `exec node ${serve}`, firstLines);
    const right = await linesAbout(`exec node --import ${SERVICE}/hook.mjs ${serve}`, firstLines);
    assert.deepEqual(
      right.filter(({ word }) => word === "wrong"),
      [],
    );
  });

  const python = join(import.meta.dirname, "../../targets/fastapi/.venv/bin/python");
  const skip = !existsSync(python) && "npm run setup:fastapi was not run";
  test("names a set-up that is wrong in Python", { skip }, () => {
    const wrong = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://127.0.0.1:9/v1/traces";
    return assertNamed([/127\.0\.0\.1:9\b.*ENDPOINT/], `${wrong} exec ${python} ${SERVICE}/service.py`, firstLines);
  });

  test("names the port to which a service in Python sends instead", { skip }, async () => {
    // as a Collector of the machine, which closes what is idle
    const other = createServer((request, response) => request.resume().once("end", () => response.end()));
    other.keepAliveTimeout = 1000;
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const wrong = `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://127.0.0.1:${port}/v1/traces`;
    try {
      const named = alone(new RegExp(`:${port}\\b.*ENDPOINT`));
      await assertNamed([named], `${wrong} exec ${python} ${SERVICE}/service.py`, firstLines);
    } finally {
      other.close();
    }
  });

  for (const [way, named] of [
    ["outside", /no tracer provider.*set_tracer_provider/],
    ["ratio-0", /TraceIdRatioBased\{0\}.*out of code/],
  ] as const)
    test(`names the cause in Python, and nothing of Node: ${way}`, { skip }, async () => {
      const lines = await linesAbout(`SET_UP=${way} exec ${python} ${SERVICE}/service.py`, firstLines);
      const { text } = lines.find(({ word }) => word === "wrong")!;
      assert.match(text, alone(named));
      assert.doesNotMatch(text, /--require/);
    });

  test("the sitecustomize of a service in Python still runs", { skip }, async () => {
    writeFileSync(join(folder, "sitecustomize.py"), `import os\nos.environ["SET_UP"] = "ratio-0"\n`);
    const command = `PYTHONPATH=$PYTHONPATH:${folder} exec ${python} ${SERVICE}/service.py`;
    await assertNamed([/TraceIdRatioBased\{0\}/], command, firstLines);
  });

  test("names the lifespan to a service in Python that does not flush", { skip }, () => {
    const serve = `-m uvicorn --app-dir ${SERVICE} service:app --lifespan off --log-level warning --port {port}`;
    return assertNamed([/after SIGTERM.*FastAPI\(lifespan=/], `exec ${python} ${serve}`, allLines);
  });

  test(
    "names a handler of SIGTERM to a service in Python on a plain server, and nothing of FastAPI; it flushes with one",
    { skip },
    async () => {
      const flush = async (command: string) => {
        const lines = await linesAbout(command, allLines);
        return lines.find(({ check }) => check === "flush at exit")!;
      };
      const { word, fix } = await flush(`exec ${python} ${SERVICE}/plain.py`);
      assert.equal(word, "wrong");
      assert.match(fix!, /signal\.signal\(.*shutdown|shutdown.*signal\.signal\(/);
      assert.doesNotMatch(fix!, /FastAPI/);
      assert.equal((await flush(`FLUSH=1 exec ${python} ${SERVICE}/plain.py`)).word, "ok");
    },
  );

  test("a provider made in code does not obey OTEL_SDK_DISABLED: the baseline is not called noop", async () => {
    const lines = await withTarget(own(`WRONG=large-batch exec node ${SERVICE}/wrong.cjs`), firstLines);
    const { word, text, fix } = lines.find(({ check }) => check === "baseline")!;
    assert.deepEqual([word, text.includes("OTEL_SDK_DISABLED"), fix?.includes("none_command")], ["wrong", true, true]);
  });

  test("finds a service right", async () => {
    const { exitCode, stdout, stderr } = await check("command:(node server.cjs)");
    assert.equal(exitCode, 0, stdout + stderr);
    assert.match(stdout, /^ok .*spans arrive/m);
    assert.match(stdout, /^ok .*sampler ratio:0\.1/m);
    assert.equal(stdout.match(/answers: .*: none \d+, always_on \d+$/gm)?.length, 1);
  });

  test("a sampler that does not start is wrong, and a baseline that does not leaves nothing to check", async () => {
    const sampled = await check(own('test "$OTEL_TRACES_SAMPLER" != traceidratio && exec node wrong.cjs'));
    assert.match(sampled.wrong.join("\n"), /^wrong +sampler ratio:0\.1: .*exited with 1/, sampled.stdout);
    const { exitCode, stdout, wrong } = await check(`${own("node wrong.cjs")},none_command=(false)`);
    assert.deepEqual([exitCode, wrong.length], [3, 1], stdout);
    assert.match(wrong[0]!, /start: none: /);
    assert.match(stdout, /^not checked +sampler ratio:0\.1: because "start" is wrong$/m);
  });

  test("a service that does not start is wrong, and an option that it cannot have is a mistake", async () => {
    const { exitCode, wrong } = await check(own("node absent.cjs"));
    assert.equal(exitCode, 3);
    assert.match(wrong[0]!, /absent\.cjs/);
    const mistake = await runTogetherIn(SERVICE, "bench", scenario, "--check", "--dry-run");
    assert.equal(mistake.exitCode, 2);
  });

  for (const [when, answers] of [
    ["never", 0],
    ["its first request only", 1],
  ] as const)
    test(`a service that answers ${when} is not started and waited for again`, async () => {
      const [script, starts] = [join(folder, `mute-${answers}.cjs`), join(folder, `starts-${answers}`)];
      const mute = `let left = ${answers}; require("http").createServer((_, answer) => left-- > 0 && answer.end()).listen(process.env.PORT)`;
      writeFileSync(script, `require("fs").appendFileSync(${JSON.stringify(starts)}, "1"); ${mute}`);
      const lines = await withTarget(`command:(node ${script}),ready=10s`, (bench, setting, signal) =>
        allLines(bench, ofVariants(setting, isTraced), signal),
      );
      const [first, ...others] = lines.filter(({ word }) => word !== "ok");
      assert.deepEqual([first!.word, /no answer within/.test(first!.text)], ["wrong", true]);
      for (const { check, word } of others) assert.notEqual(word, "wrong", check);
      assert.equal(readFileSync(starts, "utf8"), "1");
    });

  test("a measurement names the same before its first window, and goes on if its figures are right", async () => {
    const out = join(folder, "named.json");
    const args = `--sampler always_on --no-reference --phase cost --rounds 1 --duration 400ms --warmup 50ms --rate 50/s`;
    const target = `${own("WRONG=long-delay exec node wrong.cjs")},none_command=(node server.cjs)`;
    const run = ["bench", scenario, "--target", target, ...args.split(" "), "--out", out];
    const { exitCode, stderr } = await runTogetherIn(SERVICE, ...run);
    assert.notEqual(exitCode, 2, stderr);
    assert.match(stderr, /delay of 1m/);
  });
});

test("after wrong answers the check names route, status and fix, and nothing that rests on right answers", async () => {
  const requests = [{ route: "GET /items/:id", path: "/items/1", expect: [418] }];
  const teapot = writeJson(folder, "teapot", { target: "bare", samplers: ["ratio:0.1"], requests });
  const { exitCode, stdout } = await runTogether("bench", teapot, "--check");
  const wrong = stdout.split("\n").filter((line) => line.startsWith("wrong"));
  assert.deepEqual([exitCode, wrong.length], [3, 1], stdout);
  assert.match(wrong[0]!, /GET \/items\/:id answered 200 to (\d+) of \1.*"expect": \[200\]/);
});
