import { fsyncSync, ftruncateSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";

/** A line of a journal: JSON, `["<CRC-32 of the value's text>",<value>]`. */
export function encodeLine(value: object): string {
  const text = JSON.stringify(value);
  return `["${checksumOf(text)}",${text}]\n`;
}

/** The value of a line. Undefined if the line is not whole, or not what was written. */
export function decodeLine(line: string): unknown {
  const found = /^\["([0-9a-f]{8})",(.*)\]$/s.exec(line);
  if (found === null || checksumOf(found[2]!) !== found[1]) return undefined;
  return JSON.parse(found[2]!);
}

function checksumOf(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}

/** As `writeSync`: may take a part of the bytes only. */
type Write = (file: number, bytes: Buffer, from: number, length: number, at: number) => number;

/**
 * Appends bytes at `offset` and waits until they are on disk. Returns the new length. If that fails, the file is as it
 * was, and the error is thrown. The kernel may take a part only, so `write` is called until all are taken.
 */
export function appendWhole(file: number, offset: number, text: string, write: Write = writeSync): number {
  const bytes = Buffer.from(text);
  try {
    for (let done = 0; done < bytes.length;) done += write(file, bytes, done, bytes.length - done, offset + done);
    fsyncSync(file);
    return offset + bytes.length;
  } catch (error) {
    ftruncateSync(file, offset);
    throw error;
  }
}
