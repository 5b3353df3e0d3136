/** The shell's convention: 128 and the signal's number. */
const CODES = { SIGINT: 130, SIGTERM: 143 } as const;

export interface Interruption {
  readonly signal: AbortSignal;
  /** The exit code of the signal that came; undefined if none did. */
  code(): number | undefined;
  /** Stops listening. */
  dispose(): void;
}

/** Turns SIGINT and SIGTERM into an AbortSignal; a second one ends the process at once. */
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
  return {
    signal: controller.signal,
    code: () => code,
    dispose: () => listeners.forEach((off) => off()),
  };
}
