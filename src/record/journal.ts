import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { UserError } from "../base/problem.ts";
import { readText } from "../base/regular-file.ts";
import { planSchema, trialSchema, type Trial } from "../plan/trial.ts";
import { scenarioSchema } from "../spec/scenario.ts";
import { environmentSchema, SCHEMA_VERSION, type Results } from "./results.ts";
import { trialRecordSchema, type TrialRecord } from "./trial-record.ts";

const headerSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  environment: environmentSchema,
  scenario: scenarioSchema,
  plan: planSchema,
});
export type JournalHeader = z.infer<typeof headerSchema>;

/** Trials that were added to the plan while it ran. */
const addedSchema = z.object({ added: z.array(trialSchema) });

/** A run needs some room for its results; fewer bytes than this free is a full disk. */
const ROOM_BYTES = 16 * 1024 * 1024;

export function journalPath(resultsFile: string): string {
  return resultsFile.replace(/\.json$/, "") + ".journal.jsonl";
}

/**
 * The journal of a running measurement, beside its results file: a header line, then one line for
 * every finished trial, on disk before the next one starts. Whatever happens to the harness, what
 * was measured can be resumed from it.
 */
export class Journal {
  readonly #path: string;
  readonly #file: number;

  /**
   * Throws a `UserError` where the folder cannot be written, the disk is full, or another run has left its journal:
   * only the run that continues it, with the records in it as `earlier`, takes its place.
   */
  constructor(resultsFile: string, header: JournalHeader, earlier?: readonly TrialRecord[]) {
    this.#path = journalPath(resultsFile);
    if (earlier === undefined) refuseUnfinished(resultsFile);
    try {
      if (statSync(resultsFile, { throwIfNoEntry: false })?.isDirectory() === true) throw new Error("it is a folder");
      const { bavail, bsize } = statfsSync(dirname(resultsFile));
      if (bavail * bsize < ROOM_BYTES)
        throw new Error(`only ${bavail * bsize} bytes are free; ${ROOM_BYTES} are wanted`);
      // under its name it is whole at any moment: a harness killed here must not lose what it continues
      const unready = `${this.#path}.tmp`;
      this.#file = openSync(unready, "w", 0o600);
      this.#write([header, ...(earlier ?? [])]);
      renameSync(unready, this.#path);
    } catch (error) {
      throw new UserError(`--out "${resultsFile}": results cannot be written there: ${(error as Error).message}`);
    }
  }

  /** Records of one block: all of them are in the file, or none. */
  add(records: readonly TrialRecord[]): void {
    this.#write(records);
  }

  /** Trials that the plan did not have when it began. */
  extend(added: readonly Trial[]): void {
    if (added.length > 0) this.#write([{ added }]);
  }

  /** Removes it: the results file holds everything now. */
  finish(): void {
    closeSync(this.#file);
    rmSync(this.#path);
  }

  /** Leaves it for `bench --resume`. */
  keep(): void {
    closeSync(this.#file);
  }

  #write(values: readonly object[]): void {
    writeSync(this.#file, values.map((value) => `${JSON.stringify(value)}\n`).join(""));
    fsyncSync(this.#file);
  }
}

/** Throws a `UserError` where a run that did not come to its end has left its journal beside `resultsFile`. */
function refuseUnfinished(resultsFile: string): void {
  const path = journalPath(resultsFile);
  if (!existsSync(path)) return;
  const left = parseJournal(path);
  const what = `a run that was cut off left its journal "${path}"`;
  throw new UserError(
    left === undefined || !isResumable(left.plan)
      ? `--out "${resultsFile}": ${what}; delete it, or write elsewhere`
      : `--out "${resultsFile}": ${what} with ${left.records.length} of ${left.plan.trials.length} trials; go on with bench --resume "${resultsFile}", or delete it`,
  );
}

/** Whether `bench --resume` can go on with a plan: not if the targets are builds of commits, which are gone. */
export function isResumable({ variants }: Results["plan"]): boolean {
  return variants.every(({ build }) => build === undefined);
}

type JournalContent = JournalHeader & Pick<Results, "records">;

/** What a journal holds. Undefined where there is no journal. Throws a `UserError` where the file is none. */
export function readJournal(resultsFile: string): JournalContent | undefined {
  const path = resultsFile.endsWith(".jsonl") ? resultsFile : journalPath(resultsFile);
  if (!existsSync(path)) return undefined;
  const content = parseJournal(path);
  if (content !== undefined) return content;
  throw new UserError(`journal "${path}": its first line is not that of a journal of this version`);
}

/** A last line that was cut off in mid-write is left out. Undefined where the first is no header. */
function parseJournal(path: string): JournalContent | undefined {
  const [first, ...lines] = readText(path).split("\n").map(parseLine);
  const header = headerSchema.safeParse(first);
  if (!header.success) return undefined;
  const records = lines.flatMap((line) => trialRecordSchema.safeParse(line).data ?? []);
  const added = lines.flatMap((line) => addedSchema.safeParse(line).data?.added ?? []);
  const plan = { ...header.data.plan, trials: [...header.data.plan.trials, ...added] };
  return { ...header.data, plan, records };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
