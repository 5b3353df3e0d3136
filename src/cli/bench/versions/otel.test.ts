import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { withNpm } from "./npm.fixture.ts";
import { findOtels } from "./otel.ts";

/** Of one version each; `jaeger` answers for the remote sampler. */
const npm = (jaeger: string): string => `case "$*" in
  *core@*) echo '"2.12.1"';;
  *sampler-jaeger-remote@*) ${jaeger};;
  *sampler-composite@*) echo '{"version":"0.223.0","name":"@opentelemetry/sampler-composite"}';;
  *otlp-proto@*) echo '{"version":"0.223.1","dependencies":{"@opentelemetry/sdk-trace":"2.12.1"}}';;
  *auto-instrumentations-node@*) echo '{"version":"0.80.0","dependencies":{"@opentelemetry/instrumentation":"^0.223.0"},"peerDependencies":{"@opentelemetry/core":"^2.0.0"}}';;
esac`;
const find = () => findOtels(["2.12.1"], ["24.0.0"]);

test("a sampler that is not published is left out, and the others are installed", () =>
  withNpm(npm("printf 'npm error code E404\\nnpm error 404 No match found for version 9\\n' >&2; exit 1"), async () => {
    const [[, folder] = []] = await find();
    const { dependencies } = JSON.parse(readFileSync(join(folder!, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    assert.equal(dependencies["@opentelemetry/sampler-composite"], "0.223.0");
    assert.ok(!Object.keys(dependencies).includes("@opentelemetry/sampler-jaeger-remote"));
  }));

test("a sampler of which npm cannot know whether it is published is not cached as unpublished", () =>
  withNpm(npm("echo 'npm error code ETIMEDOUT' >&2; exit 1"), async (cache) => {
    await assert.rejects(find(), /sampler-jaeger-remote/);
    assert.deepEqual(existsSync(cache) ? readdirSync(cache, { recursive: true }) : [], []);
  }));
