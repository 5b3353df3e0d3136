import { Console } from "node:console";
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Writable } from "node:stream";
import { ConsoleSpanExporter } from "@opentelemetry/sdk-trace";

/** A temporary file starts anew at this size, so that a long run does not fill the disk. */
const TEMPORARY_BYTES = 64 * 1024 * 1024;

/** The SDK's exporter calls the global `console.dir`; during the call, that is the `dir` of a console over a file. */
export class FileConsoleExporter extends ConsoleSpanExporter {
  private readonly dir: Console["dir"];
  private readonly close: () => void;

  private constructor(dir: Console["dir"], close: () => void) {
    super();
    this.dir = dir;
    this.close = close;
  }

  static open(file: string | undefined, baseDir: string): FileConsoleExporter {
    const descriptor = file === undefined ? openTemporary() : openSync(resolve(baseDir, file), "w");
    const output = new Console(fileStream(descriptor, file === undefined ? TEMPORARY_BYTES : Infinity));
    return new FileConsoleExporter(output.dir.bind(output), () => closeSync(descriptor));
  }

  override export(...[spans, done]: Parameters<ConsoleSpanExporter["export"]>): void {
    const { dir } = console;
    console.dir = this.dir;
    try {
      super.export(spans, done);
    } finally {
      console.dir = dir;
    }
  }

  override async shutdown(): Promise<void> {
    this.close();
  }
}

/** Writes at once and waits, as Node does for a standard output that is a file. */
function fileStream(descriptor: number, maxBytes: number): Writable {
  let written = 0;
  return new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      if (written > maxBytes) {
        ftruncateSync(descriptor, 0);
        written = 0;
      }
      written += writeSync(descriptor, chunk, written);
      done();
    },
  });
}

/** Unlinked while open: nothing remains even if the process is killed. */
function openTemporary(): number {
  const folder = mkdtempSync(join(tmpdir(), "spantoll-console-"));
  const descriptor = openSync(join(folder, "spans.txt"), "w");
  rmSync(folder, { recursive: true, force: true });
  return descriptor;
}
