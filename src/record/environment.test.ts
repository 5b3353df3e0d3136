import assert from "node:assert/strict";
import { test } from "node:test";
import { isChanged } from "./environment.ts";

test("a working copy is changed by what git knows, and by new code or scenarios, not by a report written into it", () => {
  for (const status of ["", "?? report.html", "?? bench/mine.ts\n?? notes/"])
    assert.equal(isChanged(status), false, status);
  for (const status of ["M README.md", " D src/main.ts", "?? a.txt\n?? src/new.ts", '?? "scenarios/a b.json"'])
    assert.equal(isChanged(status), true, status);
});
