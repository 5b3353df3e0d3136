import { closeSync, existsSync, fsyncSync, openSync, readFileSync, rmSync, statfsSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { UserError } from "../base/problem.ts";
import { planSchema } from "../plan/index.ts";
import { scenarioSchema } from "../spec/index.ts";
import { environmentSchema, SCHEMA_VERSION, type Results } from "./results.ts";
import { trialRecordSchema, type TrialRecord } from "./trial-record.ts";

const headerSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  environment: environmentSchema,
  scenario: scenarioSchema,
  plan: planSchema,
});
export type JournalHeader = z.infer<typeof headerSchema>;

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

  /** Throws a `UserError` where the folder cannot be written or the disk is full. */
  constructor(resultsFile: string, header: JournalHeader, earlier: readonly TrialRecord[] = []) {
    this.#path = journalPath(resultsFile);
    try {
      const { bavail, bsize } = statfsSync(dirname(resultsFile));
      if (bavail * bsize < ROOM_BYTES)
        throw new Error(`only ${bavail * bsize} bytes are free; ${ROOM_BYTES} are wanted`);
      this.#file = openSync(this.#path, "w");
      this.#line(header);
      for (const record of earlier) this.#line(record);
    } catch (error) {
      throw new UserError(`--out "${resultsFile}": results cannot be written there: ${(error as Error).message}`);
    }
  }

  add(records: readonly TrialRecord[]): void {
    for (const record of records) this.#line(record);
    fsyncSync(this.#file);
  }

  /** Removes it: the results file holds everything now. */
  finish(): void {
    closeSync(this.#file);
    rmSync(this.#path);
  }

  #line(value: object): void {
    writeSync(this.#file, `${JSON.stringify(value)}\n`);
  }
}

/** What a journal holds; a last line that was cut off in mid-write is left out. Undefined where there is no journal. */
export function readJournal(resultsFile: string): (JournalHeader & Pick<Results, "records">) | undefined {
  const path = resultsFile.endsWith(".jsonl") ? resultsFile : journalPath(resultsFile);
  if (!existsSync(path)) return undefined;
  const [first, ...lines] = readFileSync(path, "utf8").split("\n");
  const header = headerSchema.safeParse(parseLine(first!));
  if (!header.success)
    throw new UserError(`journal "${path}": its first line is not that of a journal of this version`);
  const records = lines.flatMap((line) => {
    const record = trialRecordSchema.safeParse(parseLine(line));
    return record.success ? [record.data] : [];
  });
  // rounds that --precision added are in the records only
  const planned = new Set(header.data.plan.trials.map(({ id }) => id));
  const added = records.map(({ trial }) => trial).filter(({ id }) => !planned.has(id));
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
