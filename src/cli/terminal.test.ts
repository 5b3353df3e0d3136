import assert from "node:assert/strict";
import { test } from "node:test";
import { sizeTerminals } from "./terminal.ts";

const sized = (columns: number | undefined, rows: number | undefined): (number | undefined)[] => {
  const stream = { columns, rows } as NodeJS.WriteStream;
  sizeTerminals(stream);
  return [stream.columns, stream.rows];
};

test("a terminal of no size is taken for a usual one; one with a size, and what is no terminal, stay as they are", () => {
  assert.deepEqual(sized(0, 0), [80, 24]);
  assert.deepEqual(sized(132, 50), [132, 50]);
  assert.deepEqual(sized(undefined, undefined), [undefined, undefined]);
});
