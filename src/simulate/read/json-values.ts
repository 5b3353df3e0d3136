/**
 * Reads a file, plain or gzip, as the JSON values worth parsing: one for each line of a JSON-lines file, or the parts
 * of one document (see document-cutter.ts). Memory: one line or one part.
 */
import { UserError } from "../../base/problem.ts";
import { placeText, type Place, type Problems } from "../problems.ts";
import { BrokenDocument, DocumentCutter } from "./document-cutter.ts";
import { unpacked } from "./unpacked.ts";

export interface FoundValue {
  readonly value: unknown;
  /** The top-level key of the document it was found under; undefined for a whole line, or an element of a list. */
  readonly key: string | undefined;
  readonly place: Place;
}

const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = Buffer.from("\uFEFF");
/** Looked at to tell JSON lines from a document; a file whose first line is longer is taken for a document. */
const PEEK_BYTES = 16 * 1024 * 1024;
const LONGEST_LINE_BYTES = 256 * 1024 * 1024;

/**
 * Damage is booked in `problems`, and reading goes on where it can. Throws a `UserError` with file and place where the
 * file cannot be opened, or holds nothing that can be read before the damage.
 */
export async function* readJsonValues(file: string, problems: Problems): AsyncGenerator<FoundValue> {
  const reading = new Reading(file, problems);
  try {
    yield* reading.values();
  } catch (error) {
    if (error instanceof UserError) throw error;
    reading.book("cut-off", error instanceof BrokenDocument ? error : reading.reached(), messageOf(error));
  }
  reading.mustHaveFound();
}

interface Spot {
  readonly line: number;
  readonly byte: number;
}

class Reading {
  private readonly file: string;
  private readonly problems: Problems;
  private found = 0;
  private firstDamage: string | undefined;
  private line = 1;
  private byte = 0;

  constructor(file: string, problems: Problems) {
    this.file = file;
    this.problems = problems;
  }

  async *values(): AsyncGenerator<FoundValue> {
    const chunks = unpacked(this.file);
    try {
      const head = await headOf(chunks);
      // blank, so that places stay what they are
      if (head[0]?.indexOf(BYTE_ORDER_MARK) === 0) head[0].fill(" ", 0, BYTE_ORDER_MARK.length);
      const all = chained(head, chunks);
      yield* isJsonLines(Buffer.concat(head)) ? this.lines(all) : this.parts(all);
    } finally {
      // Whoever stops before the head is used up would leave the file open.
      await chunks.return(undefined);
    }
  }

  book(code: "cut-off" | "not-json", { line, byte }: Spot, detail: string): void {
    const place = { file: this.file, line, byte };
    this.firstDamage ??= `${placeText(place)}: ${detail}`;
    this.problems.add(code, place, detail);
  }

  reached(): Spot {
    return { line: this.line, byte: this.byte };
  }

  mustHaveFound(): void {
    if (this.found > 0) return;
    throw new UserError(this.firstDamage ?? `${this.file}: holds no traces; expected OTLP, Jaeger or Zipkin JSON`);
  }

  private async *lines(chunks: AsyncIterable<Buffer>): AsyncGenerator<FoundValue> {
    let parts: Buffer[] = [];
    let size = 0;
    for await (const chunk of chunks) {
      let from = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
        yield* this.parsedLine([...parts, chunk.subarray(from, end)], "not-json");
        parts = [];
        size = 0;
        from = end + 1;
        this.line++;
      }
      const rest = chunk.subarray(from);
      parts.push(rest);
      size += rest.length;
      if (size > LONGEST_LINE_BYTES) throw new BrokenDocument("a line is longer than 256 MB", this.line, this.byte);
    }
    yield* this.parsedLine(parts, "cut-off");
  }

  private *parsedLine(parts: readonly Buffer[], damage: "not-json" | "cut-off"): Generator<FoundValue> {
    const text = (parts.length === 1 ? parts[0]! : Buffer.concat(parts)).toString("utf8");
    const spot = this.reached();
    this.byte += parts.reduce((sum, part) => sum + part.length, 0) + 1;
    if (text.trim() !== "") yield* this.parsed(text, undefined, spot, damage);
  }

  private async *parts(chunks: AsyncIterable<Buffer>): AsyncGenerator<FoundValue> {
    const cutter = new DocumentCutter();
    for await (const chunk of chunks) {
      for (const { text, key, line, byte } of cutter.push(chunk)) {
        yield* this.parsed(text, key, { line, byte }, "not-json");
        [this.line, this.byte] = [line, byte];
      }
    }
    cutter.end();
  }

  private *parsed(
    text: string,
    key: string | undefined,
    spot: Spot,
    damage: "not-json" | "cut-off",
  ): Generator<FoundValue> {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      this.book(damage, spot, messageOf(error));
      return;
    }
    this.found++;
    yield { value, key, place: { file: this.file, ...spot } };
  }
}

/** The first chunks, up to two lines of them. */
async function headOf(chunks: AsyncGenerator<Buffer>): Promise<Buffer[]> {
  const head: Buffer[] = [];
  let [bytes, lineEnds] = [0, 0];
  while (lineEnds < 2 && bytes < PEEK_BYTES) {
    const next = await chunks.next();
    if (next.done) break;
    head.push(next.value);
    bytes += next.value.length;
    for (let at = next.value.indexOf(NEWLINE); at !== -1; at = next.value.indexOf(NEWLINE, at + 1)) lineEnds++;
  }
  return head;
}

/** Whether the first line is a JSON value by itself, or, where it is damaged, the second. */
function isJsonLines(head: Buffer): boolean {
  const end = head.indexOf(NEWLINE);
  const [first, rest] = end === -1 ? [head, Buffer.alloc(0)] : [head.subarray(0, end), head.subarray(end + 1)];
  if (isJson(first)) return true;
  const second = rest.subarray(0, rest.includes(NEWLINE) ? rest.indexOf(NEWLINE) : rest.length);
  return first.toString("utf8").trim().length > 1 && isJson(second);
}

function isJson(line: Buffer): boolean {
  const text = line.toString("utf8").trim();
  if (!text.startsWith("{") && !text.startsWith("[")) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

async function* chained(head: readonly Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* head;
  yield* rest;
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.length > 120 ? `${message.slice(0, 117)}...` : message;
}
