import { Malformed } from "./malformed.ts";
import { ProtobufReader } from "./protobuf-reader.ts";

/** One number of a sum, of one process. */
export interface SumPoint {
  /** The process: its resource, as text of the wire. */
  readonly resource: string;
  readonly metric: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** When its counting began: nanoseconds, as on the wire. */
  readonly start: string;
  readonly value: number;
  /** False: the whole since `start`. True: since the last report. */
  readonly isDelta: boolean;
}

/**
 * Reads the sums of an `ExportMetricsServiceRequest`; skips other metrics. Throws `Malformed`.
 * Fields are named by their tags. Source: opentelemetry-proto, metrics/v1.
 */
export function decodeSums(bytes: Uint8Array): SumPoint[] {
  const reader = new ProtobufReader(bytes);
  const points: SumPoint[] = [];
  eachField(reader, bytes.length, {
    0x0a: (end) => {
      let resource = "";
      eachField(reader, end, {
        0x0a: (to) => (resource = text(reader, to, "latin1")),
        0x12: (to) => eachField(reader, to, { 0x12: (last) => readMetric(reader, last, resource, points) }),
      });
    },
  });
  return points;
}

function readMetric(reader: ProtobufReader, end: number, resource: string, points: SumPoint[]): void {
  let metric = "";
  let isDelta = false;
  const numbers: Pick<SumPoint, "attributes" | "start" | "value">[] = [];
  eachField(reader, end, {
    0x0a: (to) => (metric = text(reader, to, "utf8")),
    0x3a: (to) =>
      eachField(reader, to, {
        0x0a: (last) => numbers.push(readNumber(reader, last)),
        0x10: (last) => (isDelta = reader.varint(last) === 1),
      }),
  });
  for (const number of numbers) points.push({ resource, metric, isDelta, ...number });
}

function readNumber(reader: ProtobufReader, end: number): Pick<SumPoint, "attributes" | "start" | "value"> {
  const attributes: Record<string, string> = {};
  let start = "";
  let value = 0;
  eachField(reader, end, {
    0x11: (to) => (start = String(reader.view.getBigUint64(reader.fixed(8, to), true))),
    0x21: (to) => (value = reader.view.getFloat64(reader.fixed(8, to), true)),
    0x31: (to) => (value = Number(reader.view.getBigInt64(reader.fixed(8, to), true))),
    0x3a: (to) => {
      let key = "";
      eachField(reader, to, {
        0x0a: (last) => (key = text(reader, last, "utf8")),
        0x12: (last) => eachField(reader, last, { 0x0a: (stop) => (attributes[key] = text(reader, stop, "utf8")) }),
      });
    },
  });
  return { attributes, start, value };
}

/** Calls the reader of each known tag: with the end of a length-delimited field, else with `end`. */
function eachField(reader: ProtobufReader, end: number, known: Readonly<Record<number, (end: number) => void>>): void {
  while (reader.pos < end) {
    const tag = reader.tag(end);
    const read = known[tag];
    if (read === undefined) reader.skip(tag, end);
    else if ((tag & 7) === 2) {
      const to = reader.lengthEnd(end);
      read(to);
      if (reader.pos > to) throw new Malformed("protobuf: a field beyond the end of its message");
      reader.pos = to;
    } else read(end);
  }
}

function text(reader: ProtobufReader, end: number, encoding: "utf8" | "latin1"): string {
  const value = reader.bytes.toString(encoding, reader.pos, end);
  reader.pos = end;
  return value;
}
