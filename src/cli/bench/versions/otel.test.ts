import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../../base/temporary-folder.fixture.ts";
import { samplers } from "../../../target/samplers/index.ts";
import { withNpm } from "./npm.fixture.ts";
import { findNodes } from "./nodes.ts";
import { checkSamplers, findOtels, packagesOf } from "./otel.ts";

/** Of one version each; `jaeger` answers for the remote sampler. */
const npm = (jaeger: string): string => `case "$*" in
  *core@*) echo '"2.12.1"';;
  *sampler-jaeger-remote@*) ${jaeger};;
  *sampler-composite@*) echo '{"version":"0.223.0","name":"@opentelemetry/sampler-composite"}';;
  *otlp-proto@*) echo '{"version":"0.223.1","dependencies":{"@opentelemetry/sdk-trace":"2.12.1"}}';;
  *auto-instrumentations-node@*) echo '{"version":"0.80.0","dependencies":{"@opentelemetry/instrumentation":"^0.223.0"},"peerDependencies":{"@opentelemetry/core":"^2.0.0"}}';;
esac`;
const find = (note: (text: string) => void = () => undefined) => findOtels(["2.12.1"], ["24.0.0"], note);

test("a mistake that npm finds at once is all that is printed; an installation is named before, and not once it is there", async () => {
  const notes: string[] = [];
  const note = (text: string): void => void notes.push(text);
  await withNpm("exit 1", () => assert.rejects(find(note)));
  assert.deepEqual(notes, []);
  await withNpm(npm("exit 0"), async () => {
    await find(note);
    assert.match(notes.at(-1)!, /^installing .*2\.12\.1/);
    const before = notes.length;
    await find(note);
    assert.equal(notes.length, before);
  });
});

test("a plan installs nothing, of the SDK or of Node, and names the versions", () =>
  withNpm(`case "$*" in *core@*) echo '"2.12.1"';; *node@*) echo '"26.10.0"';; *) exit 1;; esac`, async (cache) => {
    const note = (): void => undefined;
    const [nodes, otels] = [await findNodes(["26"], note, true), await findOtels(["2.12.1"], ["26.10.0"], note, true)];
    assert.deepEqual([[...nodes.keys()], [...otels.keys()], packagesOf(otels)], [["26.10.0"], ["2.12.1"], {}]);
    assert.equal(existsSync(cache), false);
  }));

test("a sampler that is not published is left out, and the others are installed", () =>
  withNpm(npm("printf 'npm error code E404\\nnpm error 404 No match found for version 9\\n' >&2; exit 1"), async () => {
    const [[, folder] = []] = await find();
    const { dependencies } = JSON.parse(readFileSync(join(folder!, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    assert.equal(dependencies["@opentelemetry/sampler-composite"], "0.223.0");
    assert.ok(!Object.keys(dependencies).includes("@opentelemetry/sampler-jaeger-remote"));
  }));

test("if npm cannot know whether a sampler is published, it is not cached as unpublished", () =>
  withNpm(npm("echo 'npm error code ETIMEDOUT' >&2; exit 1"), async (cache) => {
    await assert.rejects(find(), /sampler-jaeger-remote/);
    assert.deepEqual(existsSync(cache) ? readdirSync(cache, { recursive: true }) : [], []);
  }));

for (const [text, needs, older, first] of [
  ["rules:./rules.json", "@opentelemetry/sampler-composite", "0.215.0", "0.216.0"],
  ["parentbased:probability:0.1", "@opentelemetry/sampler-composite", "0.215.0", "0.216.0"],
  ["annotating:always_on,attribute=a,value=b", "@opentelemetry/sampler-composite", "0.215.0", "0.216.0"],
  ["always_record:always_on", "@opentelemetry/sdk-trace", "2.8.0", "2.9.0"],
] as const)
  test(`${text} is refused for an SDK without ${needs}, or with one that lacks it`, () => {
    const folder = temporaryFolder();
    const check = (version: string | undefined): void => {
      const packages = version === undefined ? {} : { [`node_modules/${needs}`]: { version } };
      writeFileSync(join(folder, "package.json"), JSON.stringify({ dependencies: { [needs]: "*" } }));
      writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages }));
      checkSamplers(new Map([["2.6.0", folder]]), [{ sampler: samplers.parse(text) }]);
    };
    check(first);
    assert.throws(() => check(older), new RegExp(`^UserError: --otel "2.6.0": [^\n]*${needs}[^\n]*${older}$`));
    assert.throws(() => check(undefined), /not published/);
  });
