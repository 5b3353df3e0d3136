import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../../src/base/problem.ts";
import { onInterrupt } from "../../src/cli/interrupt.ts";
import { mediumOf } from "../../src/cli/terminal.ts";
import { readEnvironment } from "../../src/record/environment.ts";
import { SCHEMA_VERSION } from "../../src/record/results.ts";
import { renderTerminal } from "../../src/report/reporters/terminal.ts";
import { findPinning } from "../../src/run/processes/pinning.ts";
import { estimatesOf } from "./estimates.ts";
import type { Turn } from "./figures.ts";
import { writePeers, type Measured, type PeersFile } from "./file.ts";
import { readOptions, type Options } from "./options.ts";
import { pageOf } from "./page.ts";
import { judgePromises } from "./promises.ts";
import type { Context, Section } from "./section.ts";

const SEED = 1;
/** Every step is bounded; this is for what nobody thought of. */
const MOST_MS = 600_000;

/** Returns the exit code: 0 measured, 1 a section broke off, 2 a mistake in the command, 130 or 143 interrupted. */
export async function runPeers(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args);
    return options === undefined ? 0 : await measured(options);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

async function measured({ sections, rounds, out, run }: Options): Promise<number> {
  if (process.platform !== "linux") throw new UserError("peers needs Linux: it reads CPU times from /proc");
  const interruption = onInterrupt();
  const { pinning } = findPinning();
  const environment = await readEnvironment(process.execPath, pinning);
  const path = out ?? `results/peers-${environment.startedAt.replaceAll(/[:.]/g, "-").slice(0, 19)}Z.json`;
  if (out === undefined) mkdirSync(dirname(path), { recursive: true });
  else if (!existsSync(dirname(out))) throw new UserError(`--out "${out}": there is no folder ${dirname(out)}`);
  const signal = AbortSignal.any([interruption.signal, AbortSignal.timeout(MOST_MS)]);
  const notes: string[] = [];
  const context: Context = { signal, pinning, seed: SEED, run, note: (text) => noteOnce(notes, text) };
  const done: Measured[] = [];
  for (const section of sections) {
    if (signal.aborted) break;
    const wanted = rounds ?? section.rounds;
    const tell = ({ round, peer }: Turn): void =>
      void process.stderr.write(`${section.name} · round ${round} of ${wanted} · ${peer}\n`);
    done.push(await measureSection(section, context, wanted, tell));
  }
  interruption.dispose();
  const file: PeersFile = {
    schemaVersion: SCHEMA_VERSION,
    kind: "peers",
    environment,
    seed: SEED,
    ending: signal.aborted ? "interrupted" : "completed",
    sections: done,
    promises: judgePromises(done, run.name),
    notes,
  };
  writePeers(path, file);
  process.stdout.write(renderTerminal(pageOf(file), mediumOf(process.stdout)));
  process.stderr.write(`figures: ${path}\n`);
  return interruption.code() ?? (done.some(({ failure }) => failure !== undefined) ? 1 : 0);
}

function noteOnce(notes: string[], text: string): void {
  if (notes.includes(text)) return;
  notes.push(text);
  process.stderr.write(`${text}\n`);
}

/** What breaks off a section leaves the others be, and the turns that it had. */
export async function measureSection(
  section: Section,
  context: Context,
  rounds: number,
  tell: (turn: Turn) => void = () => undefined,
): Promise<Measured> {
  const startedMs = performance.now();
  const turns: Turn[] = [];
  let failure: string | undefined;
  try {
    for await (const turn of section.measure(context, rounds)) {
      turns.push(turn);
      tell(turn);
    }
  } catch (error) {
    failure = context.signal.aborted ? "interrupted" : String(error);
  }
  const { name, title, about, against, reference } = section;
  return {
    name,
    title,
    about,
    against,
    turns,
    tookMs: performance.now() - startedMs,
    estimates: estimatesOf(turns, reference),
    ...(failure !== undefined && { failure }),
  };
}
