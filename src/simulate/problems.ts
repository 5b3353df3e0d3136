import type { Warning } from "../record/trial-record.ts";

/** A place in a file that was read, such as `line 3`. */
export interface Place {
  readonly file: string;
  readonly at: string;
}

/** What can be wrong with a recording and still leaves something to judge: what it says, and what would fix it. */
const PROBLEMS = {
  "cut-off": ["the file ends in the middle of a value", "record or copy the file again; what came before was read"],
  "not-json": ["text that is no JSON was passed over", "write one JSON value a line, or one document"],
  "unknown-shape": [
    "values that are no OTLP, Tempo, Jaeger or Zipkin traces were passed over",
    "give trace files only",
  ],
  "not-otlp": ["messages that are no OTLP protobuf were passed over", "give OTLP trace data"],
  "unknown-enum": ["kinds or status codes that OTLP does not have count as unset", "check what wrote them"],
  "bad-span": ["spans without usable ids or times were passed over", "check what wrote them"],
  "odd-id": ["ids that are not hexadecimal were replaced by their hash", "write ids in hexadecimal"],
  "duplicate-span": ["spans with the id of another one of their trace were passed over", "record each span once"],
  "missing-parent": [
    "spans whose parent was not recorded are taken for roots",
    "record without sampling; ignore it if callers are outside of the recording",
  ],
  cycle: ["spans that are their own ancestors were cut loose", "check what wrote their parent ids"],
  "negative-duration": ["spans that end before they start were given a duration of 0", "check the clocks"],
  "odd-clock": ["spans start before 2000 or after 2100; rate limits pass over their times", "check the clocks"],
  "split-trace": [
    "spans came back after their trace had left the window and are judged as a trace of their own",
    "sort the file by trace",
  ],
  "ambiguous-id": [
    "ids of 64 bits are the lower half of several traces' ids and are judged as traces of their own",
    "record whole ids",
  ],
  "driver-late": [
    "trials were recorded while the driver was late, so the times of their traces may be off",
    "record again at a lower --rate; until then do not rely on --min-slow and slow=",
  ],
  "out-of-order": [
    "traces began over a second before others that were taken already; only so many spans are sorted at a time, and rate limits see these traces late",
    "sort the file by time",
  ],
} as const;
export type ProblemCode = keyof typeof PROBLEMS;

/** Counts problems by kind and keeps the place of the first, so that a damaged file of any size stays one line a kind. */
export class Problems {
  private readonly found = new Map<ProblemCode, { count: number; first: Place; detail: string }>();

  add(code: ProblemCode, place: Place, detail = ""): void {
    const known = this.found.get(code);
    if (known === undefined) this.found.set(code, { count: 1, first: place, detail });
    else known.count++;
  }

  count(code: ProblemCode): number {
    return this.found.get(code)?.count ?? 0;
  }

  toWarnings(): Warning[] {
    return [...this.found].map(([code, { count, first, detail }]) => {
      const [meaning, fix] = PROBLEMS[code];
      const example = `first at ${first.file}: ${first.at}${detail && `: ${detail}`}`;
      return { code, message: `${count} × ${meaning}; ${example}`, fix };
    });
  }
}
