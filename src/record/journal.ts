import { closeSync, existsSync, linkSync, openSync, renameSync, rmSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { UserError } from "../base/problem.ts";
import { identityOf, isAlive, type ProcessIdentity } from "../base/process-identity.ts";
import { fileReason, readText } from "../base/regular-file.ts";
import { type Trial, trialSchema } from "../plan/plan.ts";
import { appendWhole, decodeLine, encodeLine } from "./journal-lines.ts";
import { resultsSchema, type Results } from "./results.ts";
import { trialRecordSchema, type TrialRecord } from "./trial-record.ts";

const headerSchema = resultsSchema.pick({ schemaVersion: true, environment: true, scenario: true, plan: true }).extend({
  /** The process that writes it: while that is alive, no other run takes the journal. */
  writer: z.object({ pid: z.int(), startTicks: z.string().optional() }).optional(),
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
  #length = 0;

  /**
   * Throws a `UserError` if the folder cannot be written, the disk is full, or another run has left its journal:
   * only the run that continues it, with the records in it as `earlier`, takes its place.
   */
  constructor(resultsFile: string, header: JournalHeader, earlier?: readonly TrialRecord[]) {
    this.#path = journalPath(resultsFile);
    if (earlier === undefined) refuseUnfinished(resultsFile);
    refuseRunning(resultsFile);
    // under its name it is whole at any moment: a harness killed here must not lose what it continues
    const unready = `${this.#path}.${process.pid}.tmp`;
    try {
      if (statSync(resultsFile, { throwIfNoEntry: false })?.isDirectory() === true) throw new Error("it is a folder");
      const { bavail, bsize } = statfsSync(dirname(resultsFile));
      if (bavail * bsize < ROOM_BYTES)
        throw new Error(`only ${bavail * bsize} bytes are free; ${ROOM_BYTES} are wanted`);
      this.#file = openSync(unready, "w", 0o600);
      this.#length = appendLines(this.#file, 0, [{ ...header, writer: identityOf(process.pid) }, ...(earlier ?? [])]);
      // a link fails if another run was faster
      if (existsSync(this.#path) && earlier !== undefined) takeOver(this.#path, unready, resultsFile);
      else linkSync(unready, this.#path);
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError(`--out "${resultsFile}": results cannot be written there: ${(error as Error).message}`);
    } finally {
      rmSync(unready, { force: true });
    }
  }

  /** Records of one group: all of them are in the file, or none. */
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
    try {
      this.#length = appendLines(this.#file, this.#length, values);
    } catch (error) {
      throw new UserError(
        `journal "${this.#path}": cannot be written: ${fileReason(error)}; what is in it is kept for bench --resume`,
      );
    }
  }
}

function appendLines(file: number, length: number, values: readonly object[]): number {
  return appendWhole(file, length, values.map(encodeLine).join(""));
}

/** Throws a `UserError` if the journal beside `resultsFile` belongs to a run that is not over. */
export function refuseRunning(resultsFile: string): void {
  const writer = writerOf(journalPath(resultsFile));
  if (writer !== undefined && isAlive(writer)) throw isMeasured(resultsFile, writer);
}

function isMeasured(resultsFile: string, writer?: ProcessIdentity): UserError {
  const who = writer === undefined ? "another process" : `process ${writer.pid}`;
  return new UserError(`"${resultsFile}": ${who} is measuring it; wait for its end, or write elsewhere`);
}

/**
 * Puts the file `unready` in the place of a journal whose writer is gone. Of several runs that want to, one can: each
 * writer has one successor. Throws a `UserError` for the others.
 */
function takeOver(path: string, unready: string, resultsFile: string): void {
  const gone = writerOf(path);
  // another run may have taken it since it was found to be left
  if (gone !== undefined && isAlive(gone)) throw isMeasured(resultsFile, gone);
  const claims = [claimOf(path, gone)];
  while (!linkIfNew(unready, claims.at(-1)!)) {
    // a successor that was killed as it took over has a successor itself
    const holder = writerOf(claims.at(-1)!);
    if (holder === undefined || isAlive(holder)) throw isMeasured(resultsFile, holder);
    claims.push(claimOf(path, holder));
  }
  const isStill = claimOf(path, writerOf(path)) === claims[0];
  if (isStill) renameSync(unready, path);
  for (const claim of isStill ? claims : claims.slice(-1)) rmSync(claim, { force: true });
  if (!isStill) throw isMeasured(resultsFile, writerOf(path));
}

function claimOf(path: string, writer: ProcessIdentity | undefined): string {
  return `${path}.after-${writer?.pid ?? 0}-${writer?.startTicks ?? 0}`;
}

function linkIfNew(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** The process that writes, or wrote, a journal. Undefined if there is none, or none is named. */
function writerOf(path: string): ProcessIdentity | undefined {
  try {
    return parseJournal(path)?.writer;
  } catch {
    return undefined;
  }
}

/** Throws a `UserError` if a run that did not come to its end has left its journal beside `resultsFile`. */
function refuseUnfinished(resultsFile: string): void {
  refuseRunning(resultsFile);
  const path = journalPath(resultsFile);
  if (!existsSync(path)) return;
  const left = parseJournal(path);
  const what = `a run that was cut off left its journal "${path}"`;
  if (left?.environment.observed !== undefined)
    throw new UserError(
      `--out "${resultsFile}": ${what}; go on with observe PLAN.json --resume "${resultsFile}", or delete it`,
    );
  throw new UserError(
    left === undefined || !isResumable(left)
      ? `--out "${resultsFile}": ${what}; delete it, or write elsewhere`
      : `--out "${resultsFile}": ${what} with ${left.records.length} of ${left.plan.trials.length} trials; go on with bench --resume "${resultsFile}", or delete it`,
  );
}

/** Whether `bench --resume` can go on with a plan: not if the targets are builds of commits, which are gone, or were observed. */
export function isResumable({ plan, environment }: Pick<Results, "plan" | "environment">): boolean {
  return environment.observed === undefined && plan.variants.every(({ build }) => build === undefined);
}

interface JournalContent extends JournalHeader {
  /** One for each trial: the last. */
  readonly records: TrialRecord[];
  /** Numbers of lines that are not what was written. */
  readonly damagedLines: readonly number[];
}

/** What a journal holds. Undefined if there is no journal. Throws a `UserError` if the file is none. */
export function readJournal(resultsFile: string): JournalContent | undefined {
  const path = resultsFile.endsWith(".jsonl") ? resultsFile : journalPath(resultsFile);
  if (!existsSync(path)) return undefined;
  const content = parseJournal(path);
  if (content !== undefined) return content;
  throw new UserError(`journal "${path}": line 1 is damaged, or of another version; delete it, and measure again`);
}

/** Undefined if the first line is no header. */
function parseJournal(path: string): JournalContent | undefined {
  const [first, ...lines] = readText(path).replace(/\n$/, "").split("\n").map(decodeLine);
  const header = headerSchema.safeParse(first);
  if (!header.success) return undefined;
  const records = new Map<string, TrialRecord>();
  const trials = [...header.data.plan.trials];
  const damagedLines: number[] = [];
  for (const [at, line] of lines.entries()) {
    const { data: record } = trialRecordSchema.safeParse(line);
    const { data: more } = addedSchema.safeParse(line);
    if (record !== undefined) records.set(record.trial.id, record);
    else if (more !== undefined) trials.push(...more.added);
    else damagedLines.push(at + 2);
  }
  return { ...header.data, plan: { ...header.data.plan, trials }, records: [...records.values()], damagedLines };
}
