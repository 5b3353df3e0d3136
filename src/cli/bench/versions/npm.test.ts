import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { withNpm } from "./npm.fixture.ts";
import { byNumber, findPublished, installOnce, noteIfSlow, reasonOf } from "./npm.ts";

test("npm's reason is its first sentence, in one line", () => {
  const stderr =
    "npm warn old\nnpm error code E404\nnpm error 404 No match found for version 9\nnpm error 404\nnpm error A complete log";
  assert.equal(reasonOf(stderr), "No match found for version 9");
  const late = "npm error code ETARGET\nnpm error notarget No matching version found for a@1 with a date before 2026";
  assert.equal(reasonOf(late), "No matching version found for a@1 with a date before 2026");
  assert.equal(reasonOf("npm warn only"), undefined);
});

test("packages that do not fit together are named", () => {
  const stderr = [
    "code ERESOLVE",
    "ERESOLVE unable to resolve dependency tree",
    "While resolving: undefined@undefined",
    "Found: @opentelemetry/api@1.10.0",
    "Could not resolve dependency:",
    'peer @opentelemetry/api@">=1.3.0 <1.10.0" from @opentelemetry/core@2.12.1',
  ];
  const reason = reasonOf(stderr.map((line) => `npm error ${line}`).join("\n"))!;
  assert.match(reason, /^ERESOLVE.*api@1\.10\.0.*<1\.10\.0.*core@2\.12\.1$/);
});

test("npm is named as what is waited for only if its answer takes long", async () => {
  const notes: string[] = [];
  const note = (text: string): void => void notes.push(text);
  assert.equal(await noteIfSlow(note, "asking", Promise.resolve("22.0.0")), "22.0.0");
  await assert.rejects(noteIfSlow(note, "asking", Promise.reject(new Error("no such version"))), /no such version/);
  assert.deepEqual(notes, []);
  const { promise, resolve } = Promise.withResolvers<void>();
  await noteIfSlow(() => resolve(), "asking", promise, 1);
});

test("versions are in the order of their numbers", () => {
  assert.deepEqual(["2.12.1", "2.9.0", "10.0.0", "2.12.0"].toSorted(byNumber), ["2.9.0", "2.12.0", "2.12.1", "10.0.0"]);
});

test("without a network, versions are those that npm last saw", async () => {
  const answer = `case "$*" in *--offline*) echo '[{"version":"2.0.0"},{"version":"2.10.0"}]';; *) echo "npm error code ENOTFOUND" >&2; exit 1;; esac`;
  await withNpm(answer, async () =>
    assert.deepEqual(await findPublished("a", ">=2.0.0 <=2.10.0", []), [{ version: "2.10.0" }, { version: "2.0.0" }]),
  );
});

for (const [what, answer] of [
  ["prints nothing", ""],
  [
    "ends with an error, silent as under npm run -s",
    `case "$*" in *--loglevel=error*) printf 'npm error code E404\\nnpm error 404 No match found for version >=9\\n' >&2;; esac; exit 1`,
  ],
  ["ends with an error", "printf 'npm error code E404\\nnpm error 404 No match found for version >=9\\n' >&2; exit 1"],
] as const)
  test(`a range without a published version, for which npm ${what}, has none`, () =>
    withNpm(answer, async () =>
      assert.deepEqual(await findPublished("@opentelemetry/sdk-trace", ">=9.0.0 <=9.9.9", ["dependencies"]), []),
    ));

for (const [what, code, reason] of [
  [
    "without a network npm installs from its cache only, and the reason is that of the network",
    "ENOTFOUND",
    "no such host",
  ],
  ["a registry that answers with an error is asked for the packages", "E404", "no such package"],
] as const)
  test(what, async () => {
    const install =
      '*--offline*) echo "npm error not cached" >&2; exit 1;; *) echo "npm error no such package" >&2; exit 1';
    const answer = `case "$*" in *ping*) printf 'npm error code ${code}\\nnpm error no such host\\n' >&2; exit 1;; ${install};; esac`;
    await withNpm(answer, (cache) =>
      assert.rejects(installOnce(join(cache, "a"), {}, "--otel"), new RegExp(`^UserError: --otel: ${reason}$`)),
    );
  });

test("a registry that cannot be reached is npm's reason", () => {
  const lines = [
    "code ECONNREFUSED",
    "syscall connect",
    "errno ECONNREFUSED",
    "FetchError: request to http://a failed",
  ];
  assert.equal(reasonOf(lines.map((line) => `npm error ${line}`).join("\n")), "FetchError: request to http://a failed");
});
