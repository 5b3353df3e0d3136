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

/** Lists whose elements are taken out of a document one by one. The rest of a document is small. */
const LISTS = ["resourceSpans", "resource_spans", "batches", "data"];
const PATHS = ["$.*", ...["$", "$.trace", "$.result"].flatMap((path) => LISTS.map((list) => `${path}.${list}.*`))];

export async function* readValues(file: string, problems: Problems): AsyncGenerator<FoundValue> {
  const bytes = safely(readBytes(file), file, problems);
  const { value: first, done } = await bytes.next();
  if (done) return;
  const all = withFirst(first, bytes);
  const isProtobuf = first[0] === 0x00 || (first[0] === 0x0a && !/^\s*[[{]/.test(first.toString("latin1", 0, 64)));
  if (isProtobuf) yield* protobufValues(file, all, problems);
  else yield* jsonValues(file, texts(all), problems);
}

async function* withFirst(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
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

/** UTF-8, or UTF-16 if the file starts with its byte order mark. */
async function* texts(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  for await (const chunk of bytes) {
    const mark = chunk.length < 2 ? 0 : chunk.readUInt16BE();
    decoder ??= new TextDecoder(mark === 0xfffe ? "utf-16le" : mark === 0xfeff ? "utf-16be" : "utf-8");
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder?.decode() ?? "";
}

/** JSON lines if one of the first lines is a whole object or list, else one document, or several in a row. */
async function* jsonValues(
  file: string,
  chunks: AsyncGenerator<string>,
  problems: Problems,
): AsyncGenerator<FoundValue> {
  let head = "";
  let isLines = false;
  for (;;) {
    const { value, done } = await chunks.next();
    head += value ?? "";
    if (done || value.includes("\n")) isLines = head.split("\n").some(isWhole);
    const isLong = head.length > (head.includes("\n") ? LONGEST_HEAD : LONGEST_LINE);
    if (isLines || isLong || done) break;
  }
  const text = (async function* () {
    yield head;
    yield* chunks;
  })();
  yield* isLines ? lineValues(file, text, problems) : documentValues(file, text, problems);
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

async function* lineValues(file: string, text: AsyncIterable<string>, problems: Problems): AsyncGenerator<FoundValue> {
  let number = 0;
  let rest = "";
  function* valuesOf(lines: readonly string[], isLast: boolean): Generator<FoundValue> {
    for (const line of lines) {
      const place = { file, at: `line ${++number}` };
      if (line.trim() === "") continue;
      const value = parsed(line);
      if (value === undefined) problems.add(isLast ? "cut-off" : "not-json", place);
      else yield { value, place };
    }
  }
  for await (const chunk of text) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    yield* valuesOf(lines, false);
  }
  yield* valuesOf([rest], true);
}

async function* documentValues(
  file: string,
  text: AsyncIterable<string>,
  problems: Problems,
): AsyncGenerator<FoundValue> {
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
    for await (const chunk of text) {
      parser.write(chunk);
      yield* found;
      found = [];
    }
    parser.end();
  } catch (error) {
    // the parser's words are about its own states
    const isEnd = /ended|unexpected end|mid-/i.test((error as Error).message);
    problems.add(isEnd ? "cut-off" : "not-json", { file, at: count === 0 ? "its start" : `after value ${count}` });
  }
  flush();
  yield* found;
}
