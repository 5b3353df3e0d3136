/** https://github.com/tsenart/vegeta */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { execa, ExecaError } from "execa";
import { cacheFolder } from "../../base/cache-folder.ts";
import { UserError } from "../../base/problem.ts";
import type { LoadJob } from "../job.ts";
import { headersOf, type EngineAnswer, type EngineRequest, type ReadyEngine } from "./engine.ts";

/** Where `npm run setup:vegeta` puts it. */
export const vegetaBuilt = (): string => join(cacheFolder(), "vegeta", "vegeta");

/** Of PATH, or built. Throws a `UserError` if there is none. */
export function vegetaPath(): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const found = [...folders.map((folder) => join(folder, "vegeta")), vegetaBuilt()].find((path) => existsSync(path));
  if (found === undefined) throw new UserError("driver vegeta: it is not installed: npm run setup:vegeta");
  return found;
}

export async function startVegeta(job: LoadJob, requests: readonly EngineRequest[]): Promise<ReadyEngine> {
  const binary = vegetaPath();
  const stopping = new AbortController();
  // from stdin: if this process dies, there are no more
  const input = requests.map((request, number) => `${JSON.stringify(targetOf(request, number))}\n`).join("");
  const options = { cancelSignal: stopping.signal, buffer: { stdout: false } } as const;
  const results: Uint8Array[] = [];
  return {
    async run() {
      const attack = execa(binary, ["attack", "-format=json", "-lazy", ...flagsOf(job)], { ...options, input });
      await each(attack.iterable({ binary: true }), (chunk) => results.push(chunk));
    },
    async answers() {
      const answers: EngineAnswer[] = [];
      const lines = execa(binary, ["encode", "-to=json"], { ...options, input: Buffer.concat(results) });
      await each(lines, (line) => answers.push(...answerOf(JSON.parse(line) as Result, job)));
      return answers;
    },
    async stop() {
      stopping.abort();
    },
  };
}

/** One list for all targets, in the order of the schedule, whose gaps are even. */
function flagsOf({ ratePerSecond, targets, connections, timeoutMs }: LoadJob): string[] {
  const gapNs = Math.round(1e9 / (ratePerSecond * targets.length));
  return [
    "-duration=0",
    `-rate=1/${gapNs}ns`,
    `-timeout=${timeoutMs}ms`,
    `-connections=${connections}`,
    `-max-connections=${connections}`,
    "-redirects=-1",
    "-max-body=0",
    "-http2=false",
  ];
}

/** The fragment is not sent, and comes back in the result: vegeta does not say which target a result is of. */
function targetOf({ origin, rendered }: EngineRequest, number: number): object {
  const { method, path, body } = rendered;
  const header = Object.fromEntries(Object.entries(headersOf(rendered)).map(([name, value]) => [name, [value]]));
  return {
    method,
    url: `${origin}${path}#${number}`,
    header,
    ...(body !== undefined && { body: Buffer.from(body).toString("base64") }),
  };
}

interface Result {
  readonly code: number;
  /** RFC 3339 with ns: when a worker took the request. */
  readonly timestamp: string;
  /** ns */
  readonly latency: number;
  readonly error: string;
  readonly url: string;
}

/** Nothing of the result that says that the targets are used up. */
function answerOf({ code, timestamp, latency, error, url }: Result, { timeoutMs }: LoadJob): EngineAnswer[] {
  const number = /#(\d+)$/.exec(url)?.[1];
  if (number === undefined) return [];
  const [, second, fraction = "0", zone] = /^([^.]+?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(timestamp)!;
  const tookMs = latency / 1e6;
  return [
    {
      number: Number(number),
      sentMs: Date.parse(`${second}${zone}`) + Number(`0.${fraction}`) * 1000,
      tookMs,
      status: code,
      end: code > 0 ? "completed" : tookMs >= timeoutMs ? "timeout" : "error",
      wasSent: code > 0 || !error.includes(": dial tcp"),
    },
  ];
}

/** Takes what vegeta writes as it comes: a long run's is too much for one text. */
async function each<T>(output: AsyncIterable<T>, take: (part: T) => void): Promise<void> {
  try {
    for await (const part of output) take(part);
  } catch (error) {
    throw error instanceof ExecaError ? new UserError(`vegeta: ${error.shortMessage}\n${error.stderr ?? ""}`) : error;
  }
}
