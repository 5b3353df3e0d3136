/** Loaded into every process of a run: the wall clock steps by the milliseconds in the file, as soon as that exists. */
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const LOOK_EVERY_MS = 20;
const Clock = Date;
let stepMs = 0;

globalThis.Date = new Proxy(Clock, {
  construct: (_, args, target) => Reflect.construct(Clock, args.length > 0 ? args : [Date.now()], target) as Date,
  get: (_, name) => (name === "now" ? () => Clock.now() + stepMs : (Reflect.get(Clock, name) as unknown)),
});

setInterval(look, LOOK_EVERY_MS).unref();
look();

function look(): void {
  try {
    stepMs = Number(readFileSync(join(tmpdir(), "clock-step"), "utf8"));
  } catch {
    // not yet
  }
}
