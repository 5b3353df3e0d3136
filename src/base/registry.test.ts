import assert from "node:assert/strict";
import { test } from "node:test";
import { registry, specCodec, type Kind, type Spec } from "./registry.ts";
import { count, duration, flag, share } from "./units.ts";

const plain: Kind = { name: "plain", about: "", example: "plain", fields: {} };
const ratio: Kind = { name: "ratio", about: "", example: "ratio:0.1", fields: { ratio: share }, main: "ratio" };
const batch: Kind = {
  name: "batch",
  about: "",
  example: "batch",
  fields: { queue: count().prefault("2048"), delay: duration.prefault("5s"), gzip: flag.prefault("false") },
  refuse: (config) => ((config["queue"] as number) < 10 ? "a queue below 10 is no queue" : undefined),
};
const kinds = registry("thing", [plain, ratio, batch]);

test("a spec gets its defaults, and prints without them, its fields in their order", () => {
  const spec = kinds.parse("batch:gzip,delay=250ms,queue=2048");
  assert.deepEqual(spec.config, { queue: 2048, delay: 250, gzip: true });
  assert.equal(spec.text, "batch:delay=250ms,gzip");
});

test("a main value is canonical too", () => {
  assert.equal(kinds.parse("ratio:10%").text, "ratio:0.1");
});

test("each mistake names its token, what was expected and the nearest spelling", () => {
  const mistakes = [
    ["ration:0.1", '"ration:0.1": unknown thing "ration" (did you mean "ratio"?); expected one of plain, ratio, batch'],
    ["ratio:1.5", '"ratio:1.5": ratio takes a share from 0 to 1, such as 0.1 or 10% (did you mean "1.5%"?); got "1.5"'],
    ["ratio:", '"ratio:": ratio takes a share from 0 to 1, such as 0.1 or 10%; got nothing'],
    ["ratio", '"ratio": ratio needs a value, for example ratio:0.1; got nothing'],
    ["batch:quue=1", '"batch:quue=1": batch has no "quue" (did you mean "queue"?); it takes queue, delay, gzip'],
    ["batch:queue=9", '"batch:queue=9": a queue below 10 is no queue'],
    ["batch:gzip,gzip", '"batch:gzip,gzip": batch is given gzip twice'],
    ["ratio:0.1,ratio:0.2", '"ratio:0.1,ratio:0.2": that is one thing; for several, repeat the option for each'],
    ["plain,batch:queue=20", '"plain,batch:queue=20": that is one thing; for several, repeat the option for each'],
    ["plain:1", '"plain:1": plain has no "1"; it takes no values'],
  ];
  for (const [text, message] of mistakes) assert.throws(() => kinds.parse(text!), { name: "UserError", message }, text);
});

test("a decimal comma, which separates values, is refused with the spelling that is valid", () => {
  for (const [text, meant] of [
    ["ratio:0,1", "ratio:0.1"],
    ["ratio:2,5%", "ratio:2.5%"],
    ["batch:delay=1,5s,gzip", "batch:delay=1.5s,gzip"],
    ["batch:gzip,queue=10,000", "batch:gzip,queue=10000"],
  ] as const)
    assert.throws(
      () => kinds.parse(text),
      ({ name, message }: Error) => name === "UserError" && message.includes(`(did you mean "${meant}"?)`),
    );
  for (const text of ["plain:1,5", "ratio:1,5", "batch:queue=1,5"])
    assert.throws(
      () => kinds.parse(text),
      ({ message }: Error) => !message.includes("."),
    );
});

test("an alias is read as what it stands for, with the values that follow it", () => {
  const kept: Kind = { ...ratio, aliases: { traceidratio: "ratio", tenth: "ratio:0.1" } };
  const aliased = registry("thing", [plain, kept]);
  assert.equal(aliased.parse("traceidratio:0.2").text, "ratio:0.2");
  assert.equal(aliased.parse("tenth").text, "ratio:0.1");
  assert.throws(() => aliased.parse("tenths"), /did you mean "ratio:0.1"\?\); expected one of plain, ratio$/);
});

test("a field that holds a spec is parsed once, and prints its canonical text", () => {
  const around: Kind = {
    name: "around",
    about: "",
    example: "around:plain",
    fields: { inner: specCodec((text) => kinds.parse(text)).prefault("plain") },
    main: "inner",
  };
  const nesting = registry("thing", [around]);
  const { config, text: canonical } = nesting.parse("around:(batch:delay=250ms,queue=2048)");
  assert.equal((config as { inner: Spec<Kind> }).inner.kind, batch);
  assert.equal(canonical, "around:batch:delay=250ms");
  assert.equal(nesting.parse("around").text, "around");
});
