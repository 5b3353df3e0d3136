import assert from "node:assert/strict";
import { test } from "node:test";
import { assertLoopback } from "./loopback.ts";

const targetsTo = (origin: string) => [{ id: "a", origin }];

test("load stays on this machine unless it is allowed to leave", () => {
  for (const origin of ["http://127.0.0.1:80", "http://127.1.2.3:80", "http://localhost:80", "http://[::1]:80"])
    assertLoopback({ targets: targetsTo(origin) });
  for (const origin of [
    "http://example.com",
    "http://10.0.0.1:80",
    "http://127.0.0.1.example.com",
    "http://0.0.0.0:80",
  ]) {
    assert.throws(() => assertLoopback({ targets: targetsTo(origin) }), /target a: .* is not on this machine/);
    assert.throws(
      () => assertLoopback({ targets: targetsTo(origin), allowRemote: "other.example.com" }),
      /--allow-remote/,
    );
    assertLoopback({ targets: targetsTo(origin), allowRemote: new URL(origin).hostname });
  }
});
