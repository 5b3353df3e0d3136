import { mkdirSync, writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { dirname } from "node:path";

/** V8's sampling profiler on the main thread, driven from another one, so that the service does nothing for it. */
export class Profiler {
  readonly #session = new Session();

  async start(intervalUs: number): Promise<void> {
    this.#session.connectToMainThread();
    await this.#session.post("Profiler.enable");
    await this.#session.post("Profiler.setSamplingInterval", { interval: intervalUs });
    await this.#session.post("Profiler.start");
  }

  /** Writes the profile as Chrome's tools and speedscope read it, for its owner only: it holds paths of this machine. */
  async stop(file: string): Promise<void> {
    const { profile } = await this.#session.post("Profiler.stop");
    this.#session.disconnect();
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, JSON.stringify(profile), { mode: 0o600 });
  }
}

/** Scripts that V8 has loaded in the main thread, Node's own left out. */
export async function countScripts(): Promise<number> {
  const session = new Session();
  session.connectToMainThread();
  let scripts = 0;
  session.on("Debugger.scriptParsed", ({ params: { url } }) => {
    if (url.startsWith("file:") || url.startsWith("/")) scripts++;
  });
  await session.post("Debugger.enable");
  session.disconnect();
  return scripts;
}
