import { Console } from "node:console";
import { ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { ConsoleSpanExporter } from "@opentelemetry/sdk-trace";

/** The file starts anew at this size, so that a long run does not fill the disk. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The SDK's exporter calls the global `console.dir`; during the call, that is the `dir` of a console over a temporary file. */
export class FileConsoleExporter extends ConsoleSpanExporter {
  private readonly dir: Console["dir"];

  constructor() {
    super();
    const file = new Console(temporaryFile());
    this.dir = file.dir.bind(file);
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
}

/** Writes at once and waits, as Node does for a standard output that is a file. Unlinked while open: nothing remains even if the process is killed. */
function temporaryFile(): Writable {
  const folder = mkdtempSync(join(tmpdir(), "spantoll-console-"));
  const descriptor = openSync(join(folder, "spans.txt"), "w");
  rmSync(folder, { recursive: true, force: true });
  let written = 0;
  return new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      if (written > MOST_BYTES) {
        ftruncateSync(descriptor, 0);
        written = 0;
      }
      written += writeSync(descriptor, chunk, written);
      done();
    },
  });
}
