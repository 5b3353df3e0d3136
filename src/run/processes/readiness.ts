import { exitReason, type Child } from "./child.ts";
import type { Deadline } from "./deadline.ts";

export const READY_WITHIN_MS = 20_000;

/** What is awaited of a starting process; or the reason why it will not come. `late`: one after `withinMs`. */
export async function awaitReady<T>(
  service: string,
  child: Child,
  { signal, deadline }: { readonly signal: AbortSignal; readonly deadline: Deadline },
  awaited: Promise<T>,
  late?: { readonly withinMs: number; readonly message: () => string },
): Promise<T> {
  const { promise: broken, reject } = Promise.withResolvers<never>();
  const over = new AbortController();
  rejectOnAbort(signal, over.signal).catch(reject);
  const timer = late && setTimeout(() => reject(new Error(late.message())), late.withinMs);
  const gone = child.exited.then((exit) => {
    throw new Error(exitReason(service, exit, "before it was ready"));
  });
  try {
    const inTime = deadline.wait({ who: service, pid: child.pid, question: "start" }, awaited);
    return await Promise.race([inTime, gone, broken]);
  } catch (error) {
    // a process that hung up is about to write the reason to stderr
    if (error instanceof Error && error.message.endsWith("hung up")) return await Promise.race([gone, broken]);
    throw error;
  } finally {
    clearTimeout(timer);
    over.abort();
    gone.catch(() => undefined);
  }
}

/** Rejects when `signal` fires; stops listening when `until` does. */
export function rejectOnAbort(signal: AbortSignal, until: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const interrupt = (): void => reject(new Error("interrupted"));
    if (signal.aborted) interrupt();
    signal.addEventListener("abort", interrupt, { once: true, signal: until });
  });
}
