import { identityOf, isAlive, readStat } from "../base/process-identity.ts";

/** The shell's convention: 128 and the signal's number. */
const CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
const LOOK_MS = 500;

export interface Interruption {
  readonly signal: AbortSignal;
  /** The exit code of the signal that came; undefined if none did. */
  code(): number | undefined;
  /** Stops listening. */
  dispose(): void;
}

/** Turns a signal, or the end of npm, into an AbortSignal; a second signal ends the process at once. */
export function onInterrupt(): Interruption {
  const controller = new AbortController();
  let code: number | undefined;
  const listeners = (Object.keys(CODES) as (keyof typeof CODES)[]).map((name) => {
    const listener = (): void => {
      if (code !== undefined) process.exit(CODES[name]);
      code = CODES[name];
      controller.abort();
    };
    process.on(name, listener);
    return () => process.off(name, listener);
  });
  const watch = setInterval(() => {
    if (code !== undefined || npm.every(isAlive)) return;
    code = CODES.SIGTERM;
    controller.abort();
  }, LOOK_MS).unref();
  return {
    signal: controller.signal,
    code: () => code,
    dispose: () => {
      clearInterval(watch);
      listeners.forEach((off) => off());
    },
  };
}

/** npm passes no signal on through its shell, so the run has to notice that one of the two is gone. Empty without npm. */
const npm = startersOf(process.ppid).flatMap((pid) => identityOf(pid) ?? []);

function startersOf(parent: number): number[] {
  if (process.env["npm_lifecycle_event"] === undefined) return [];
  const stat = readStat(parent);
  return stat !== undefined && /^(ba|da|z|k)?sh$/.test(stat.name) ? [parent, stat.parent] : [parent];
}
