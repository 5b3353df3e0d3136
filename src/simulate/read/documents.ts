/** The values of a trace file in turn: JSON lines, JSON documents of any layout, or OTLP protobuf. */
import { TextDecoder } from "node:util";
import { JSONParser } from "@streamparser/json";
import type { Problems } from "../problems.ts";
import { readBytes } from "./bytes.ts";
import { protobufValues } from "./protobuf.ts";
import type { FoundValue } from "./shapes.ts";

/** A first line longer than this is read as a document, bit by bit. */
const LONGEST_LINE = 1 << 26;
/** Of the start of a file, at most, is searched for a line that is whole JSON. */
const LONGEST_HEAD = 1 << 20;
const LINE_END = 0x0a;

/** Lists whose elements are taken out of a document one by one. The rest of a document is small. */
const LISTS = ["resourceSpans", "resource_spans", "batches", "data"];
const PATHS = ["$.*", ...["$", "$.trace", "$.result"].flatMap((path) => LISTS.map((list) => `${path}.${list}.*`))];

/** In groups, because to wait for each value would cost more than to read it. A line is parsed when it is asked for. */
export async function* readValues(file: string, problems: Problems): AsyncGenerator<Iterable<FoundValue>> {
  const bytes = safely(readBytes(file), file, problems);
  const { value: first, done } = await bytes.next();
  if (done) return;
  const all = withHead([first], bytes);
  const isProtobuf = first[0] === 0x00 || (first[0] === 0x0a && !/^\s*[[{]/.test(first.toString("latin1", 0, 64)));
  if (isProtobuf) yield* protobufValues(file, all, problems);
  else yield* jsonValues(file, utf8(first, all), problems);
}

async function* withHead(head: readonly Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* head;
  yield* rest;
}

/** A packed file that is cut off ends here, with what could be unpacked. */
async function* safely(bytes: AsyncIterable<Buffer>, file: string, problems: Problems): AsyncGenerator<Buffer> {
  try {
    yield* bytes;
  } catch (error) {
    if (!String((error as NodeJS.ErrnoException).code).startsWith("Z")) throw error;
    problems.add("cut-off", { file, at: "the packed data" }, (error as Error).message);
  }
}

/** UTF-8 without a byte order mark. UTF-16 is known by its mark. */
async function* utf8(first: Buffer, bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const encoding = { fffe: "utf-16le", feff: "utf-16be", efbb: "utf-8" }[first.toString("hex", 0, 2)];
  const decoder = encoding === undefined ? undefined : new TextDecoder(encoding);
  for await (const chunk of bytes)
    yield decoder === undefined ? chunk : Buffer.from(decoder.decode(chunk, { stream: true }));
  if (decoder !== undefined) yield Buffer.from(decoder.decode());
}

/** JSON lines if one of the first lines is a whole object or list, else one document, or several in a row. */
async function* jsonValues(
  file: string,
  chunks: AsyncGenerator<Buffer>,
  problems: Problems,
): AsyncGenerator<Iterable<FoundValue>> {
  const head: Buffer[] = [];
  let [size, hasLines, isLines] = [0, false, false];
  while (!isLines && size <= (hasLines ? LONGEST_HEAD : LONGEST_LINE)) {
    const { value, done } = await chunks.next();
    if (!done) size += head[head.push(value) - 1]!.length;
    hasLines ||= value?.includes(LINE_END) === true;
    if (done || value.includes(LINE_END)) isLines = Buffer.concat(head).toString().split("\n").some(isWhole);
    if (done) break;
  }
  const all = withHead(head, chunks);
  yield* isLines ? lineValues(file, all, problems) : documentValues(file, all, problems);
}

function isWhole(line: string): boolean {
  const value = /^\s*[[{].*[\]}]\s*$/.test(line) ? parsed(line) : undefined;
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function* lineValues(
  file: string,
  chunks: AsyncIterable<Buffer>,
  problems: Problems,
): AsyncGenerator<Iterable<FoundValue>> {
  let number = 0;
  let line: Buffer[] = [];
  const endLine = (isLast: boolean): FoundValue[] => {
    const text = (line.length === 1 ? line[0]! : Buffer.concat(line)).toString();
    const place = { file, at: `line ${++number}` };
    const value = parsed(text);
    line = [];
    if (value !== undefined) return [{ value, place }];
    if (text.trim() !== "") problems.add(isLast ? "cut-off" : "not-json", place);
    return [];
  };
  function* linesOf(chunk: Buffer): Generator<FoundValue, void, undefined> {
    let from = 0;
    for (let to = chunk.indexOf(LINE_END); to !== -1; to = chunk.indexOf(LINE_END, from)) {
      line.push(chunk.subarray(from, to));
      yield* endLine(false);
      from = to + 1;
    }
    line.push(chunk.subarray(from));
  }
  for await (const chunk of chunks) yield linesOf(chunk);
  yield endLine(true);
}

async function* documentValues(
  file: string,
  chunks: AsyncIterable<Buffer>,
  problems: Problems,
): AsyncGenerator<FoundValue[]> {
  const parser = new JSONParser({ paths: PATHS, keepStack: false, separator: "" });
  let found: FoundValue[] = [];
  let object: Record<string, unknown> = {};
  let count = 0;
  const flush = (): void => {
    const isRest = count > 0 && !Object.values(object).some((one) => typeof one === "object" && one !== null);
    if (Object.keys(object).length > 0 && !isRest)
      found.push({ value: object, place: { file, at: `value ${++count}` } });
    object = {};
  };
  parser.onValue = ({ value, key, parent, stack }) => {
    const list = String(stack.at(-1)?.key ?? "");
    if (typeof key === "number") {
      found.push({ value, key: list, place: { file, at: `value ${++count}` } });
      // the parser keeps lists until they end: their elements must not stay in memory
      (parent as unknown[])[key] = undefined;
    }
    // members of an object: a trace under `data`, or a document that is small
    else if (list !== "") object[String(key)] = value;
    else if (!LISTS.includes(String(key))) {
      if (key !== undefined && key in object) flush();
      object[String(key)] = value;
    }
  };
  try {
    for await (const chunk of chunks) {
      parser.write(chunk);
      yield found;
      found = [];
    }
    parser.end();
  } catch (error) {
    // the parser's words are about its own states
    const isEnd = /ended|unexpected end|mid-/i.test((error as Error).message);
    problems.add(isEnd ? "cut-off" : "not-json", { file, at: count === 0 ? "its start" : `after value ${count}` });
  }
  flush();
  yield found;
}
