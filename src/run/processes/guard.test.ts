/** With real processes: the guard ends all those of its command, each by one SIGTERM, and no others. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder } from "../../base/temporary-folder.fixture.ts";
import { startGuarded } from "./child.ts";
import { FAMILY } from "./family.ts";

const folder = temporaryFolder();
const GRACE_MS = 6000;
const IGNORING = "a parent that ignores SIGTERM";
const skip = process.platform !== "linux" && "only on Linux are the processes of a command known";

/** A service that writes each SIGTERM that it gets, and takes so long to flush. */
const serviceOf = (file: string, flushMs: number): string =>
  `fs.writeFileSync("${file}", "up "); process.on("SIGTERM", () => { fs.appendFileSync("${file}", "SIGTERM "); setTimeout(() => { fs.appendFileSync("${file}", "flushed"); process.exit(); }, ${flushMs}); }); setInterval(() => {}, 1000);`;

const PARENTS: Readonly<Record<string, (service: string) => readonly [string, ...string[]]>> = {
  "a shell": (service) => ["sh", "-c", `node -e '${service}'; echo ended`],
  [IGNORING]: (service) => ["sh", "-c", `trap "" TERM; node -e '${service}'; echo ended`],
  "a shell that passes SIGTERM on, and does not wait": (service) => [
    "sh",
    "-c",
    `trap 'kill $!' TERM; node -e '${service}' & wait $!`,
  ],
  "a shell that passes SIGTERM on, and waits": (service) => [
    "sh",
    "-c",
    `trap 'kill $!' TERM; node -e '${service}' & wait $!; wait $!`,
  ],
  "a parent that waits for SIGTERM as tini does": (service) => [
    "python3",
    "-c",
    `import signal, subprocess, time
child = subprocess.Popen(["node", "-e", """${service}"""])
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
signal.sigwait([signal.SIGTERM])
time.sleep(0.3)
child.terminate()
child.wait()`,
  ],
};

const quoted = (words: readonly string[]): string =>
  words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(" ");

async function written(file: string, text: string): Promise<void> {
  while (!existsSync(file) || !readFileSync(file, "utf8").includes(text)) await sleep(20);
}

describe("SIGTERM comes once to a service behind", { concurrency: true, skip, timeout: 60_000 }, () => {
  for (const [name, wordsOf] of Object.entries(PARENTS))
    test(name, async () => {
      const file = join(folder, name.replaceAll(" ", "-"));
      const flushMs = name === IGNORING ? GRACE_MS / 3 : 1000;
      const child = startGuarded(
        { command: quoted(wordsOf(serviceOf(file, flushMs))), env: {}, graceMs: GRACE_MS },
        { cores: undefined },
      );
      await written(file, "up");
      await child.stop();
      assert.equal(readFileSync(file, "utf8"), "up SIGTERM flushed");
    });
});

test("a process that another guard of the same pid has left running is not ended", { skip }, async () => {
  const child = startGuarded({ command: "sleep 100", env: {} }, { cores: undefined });
  const other = spawn("sleep", ["100"], { env: { ...process.env, [FAMILY]: String(child.pid) } });
  try {
    await sleep(300);
    await child.kill();
    assert.equal(other.exitCode ?? other.signalCode, null);
  } finally {
    other.kill();
  }
});
