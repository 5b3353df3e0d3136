/** https://locust.io, with a locustfile that sends the requests of the schedule. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { UserError } from "../../base/problem.ts";
import type { LoadJob } from "../job.ts";
import { headersOf, type EngineAnswer, type EngineRequest, type ReadyEngine } from "./engine.ts";

const FOLDER = fileURLToPath(new URL("../../../engines/locust/", import.meta.url));
/** From the start of Locust to the last worker that has read its requests. */
export const READY_WITHIN_MS = 30_000;
const LOOK_MS = 10;
/** The event loop with timers finer than 1 ms. It takes no descriptor above 1,024. */
const FINE_LOOP = { name: "select", mostConnections: 900 };
/** From the start signal to the first request. */
const LEAD_S = 0.05;

/** Throws a `UserError` if it is not installed. */
export function locustPath(): string {
  const path = `${FOLDER}.venv/bin/locust`;
  if (!existsSync(path)) throw new UserError("driver locust: its Python environment is missing: npm run setup:locust");
  return path;
}

type Row = readonly [number: number, sentMs: number, tookMs: number, status: number, exception: string];

export async function startLocust(job: LoadJob, requests: readonly EngineRequest[]): Promise<ReadyEngine> {
  const { workers = 1, timeoutMs, connections } = job;
  const folder = mkdtempSync(join(tmpdir(), "spantoll-locust-"));
  writeFileSync(join(folder, "plan"), requests.map((one, number) => planLine(job, one, number)).join(""));
  const port = String(await freePort());
  const args = ["-f", `${FOLDER}locustfile.py`, "--headless", "--processes", String(workers), "-u", String(workers)];
  const network = ["--master-bind-host", "127.0.0.1", "--master-bind-port", port, "--master-port", port];
  const env = {
    SPANTOLL_FOLDER: folder,
    SPANTOLL_WORKERS: String(workers),
    SPANTOLL_PARENT: String(process.pid),
    SPANTOLL_CONNECTIONS: String(connections),
    SPANTOLL_TIMEOUT_S: String(timeoutMs / 1000),
    ...(connections / workers <= FINE_LOOP.mostConnections && { GEVENT_BACKEND: FINE_LOOP.name }),
  };
  const options = { env, cwd: folder, detached: true, reject: false, stdin: "ignore", stdout: "ignore" } as const;
  const master = execa(locustPath(), [...args, "-r", String(workers), ...network, "--loglevel=WARNING"], options);
  const discard = (): void => {
    endGroup(master.pid);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", discard);
  const gone = master.then(({ exitCode, stderr }): never => {
    throw new Error(`locust ended early with ${exitCode}\n${stderr}`);
  });
  gone.catch(() => undefined);
  const all = (kind: string, withinMs: number): Promise<string[]> =>
    Promise.race([filesOf(folder, kind, workers, withinMs), gone]);
  const stop = async (): Promise<void> => {
    process.off("exit", discard);
    endGroup(master.pid);
    await master;
    rmSync(folder, { recursive: true, force: true });
  };
  await all("ready", READY_WITHIN_MS).catch(async (error) => {
    await stop();
    throw error;
  });
  // it has headers and bodies in clear
  rmSync(join(folder, "plan"));
  return {
    async run() {
      writeFileSync(join(folder, "going"), String(Number(process.hrtime.bigint()) / 1e9 + LEAD_S));
      renameSync(join(folder, "going"), join(folder, "go"));
      // the stage's own limit holds
      await all("answers", Infinity);
    },
    async answers() {
      const files = await all("answers", 0);
      return files.flatMap((file) => (JSON.parse(readFileSync(file, "utf8")) as Row[]).map(answerOf));
    },
    stop,
  };
}

function planLine(
  { requests }: LoadJob,
  { origin, arrival, template, rendered }: EngineRequest,
  number: number,
): string {
  const { method, path, body } = rendered;
  const text = body === undefined ? {} : { body: Buffer.from(body).toString("base64") };
  const { route } = requests[template]!;
  const [url, headers] = [`${origin}${path}`, headersOf(rendered)];
  return `${JSON.stringify({ number, dueMs: arrival.dueMs, route, method, url, headers, ...text })}\n`;
}

function answerOf([number, sentMs, tookMs, status, exception]: Row): EngineAnswer {
  const failed = /timeout/i.test(exception) ? "timeout" : "error";
  const wasSent = exception !== "ConnectionRefusedError";
  return { number, sentMs, tookMs, status, end: status > 0 ? "completed" : failed, wasSent };
}

/** The file of each worker; waits until there are as many. */
async function filesOf(folder: string, kind: string, count: number, withinMs: number): Promise<string[]> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    const files = readdirSync(folder).filter((name) => name.startsWith(kind) && !name.endsWith(".new"));
    if (files.length === count) return files.map((name) => join(folder, name));
    if (performance.now() > untilMs) throw new Error(`locust: ${files.length} of ${count} workers wrote their ${kind}`);
    await sleep(LOOK_MS);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => void server.close(resolve));
  return port;
}

/** The workers are of the group too. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // it has ended
  }
}
