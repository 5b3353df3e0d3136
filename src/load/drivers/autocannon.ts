/**
 * The closed loop: autocannon keeps every connection busy. Its own statistics and its rate options are not
 * used: latencies come from its response events, and what it loses from sight is counted here.
 */
import autocannon from "autocannon";
import { UserError } from "../../base/problem.ts";
import { withinTime } from "../../base/clock.ts";
import type { LoadResult, LoadJob } from "../job.ts";
import { requestMix } from "../mix.ts";
import { RequestTally } from "../request-tally.ts";
import { AutocannonConnection, type AutocannonClient, type ConnectionContext } from "./autocannon-connection.ts";
import type { JobEvents } from "../job.ts";

/** So many failures in a row for each connection, and the service is gone: autocannon would reconnect in a tight loop. */
const FAILURES_A_CONNECTION = 100;
/** So many connections ask once before all are loaded: those of each process that listens are among them. */
export const ASKED_FIRST = 32;
/** A worker that serves one connection until its request comes, as gunicorn's do, waits for one that is held: not for long. */
const HELD_MS = 1000;
/** How often autocannon looks whether it is to stop. */
const LOOK_MS = 50;
const FOR_EVER_S = 1e6;

/**
 * The connections are opened at once, and their requests held until the service has accepted all of them. Under load Node accepts
 * one connection in a turn of its loop, which takes as long as an answer to each of those it has: of 512, some hundred waited for
 * seconds. The kernel connects them whether the service accepts or not. So the last ones then ask once: a process accepts in the order
 * of opening, so it answers when it has accepted the others. What is not accepted within `heldMs` is loaded all the same.
 */
export async function runClosedLoop(job: LoadJob, events: JobEvents, heldMs = HELD_MS): Promise<LoadResult[]> {
  const [target, ...others] = job.targets;
  if (target === undefined || others.length > 0)
    throw new Error(`the closed loop loads one target at a time; got ${job.targets.length}`);
  const endMs = job.warmupMs + job.durationMs;
  const tally = new RequestTally(job, job.warmupMs);
  // what is asked before all connections are accepted is before the warm-up
  let startMs = performance.now() + job.timeoutMs;
  const nowMs = (): number => performance.now() - startMs;
  const connections: AutocannonConnection[] = [];
  const progress = progressOf(job, connections);
  const loop = startLoop(job, target.origin, connections, {
    tally,
    mix: requestMix(job.requests, job.seed, job.incident),
    window: { openMs: job.warmupMs, endMs },
    nowMs,
    nextId: counter(),
    ...progress.callbacks,
  });
  await withinTime(Promise.race([progress.accepted, progress.gone]), Math.min(job.timeoutMs / 2, heldMs));
  startMs = performance.now();
  for (const connection of connections) connection.release();
  await withinTime(progress.gone, job.warmupMs - nowMs());
  events.windowOpen();
  await withinTime(progress.gone, endMs - nowMs());
  const elapsedMs = Math.min(nowMs(), endMs) - job.warmupMs;
  for (const connection of connections) connection.finish();
  await withinTime(progress.drained, job.timeoutMs + LOOK_MS);
  for (const connection of connections) connection.abandon();
  events.windowClosed();
  await loop.stop();
  const bytes = connections.reduce((sum, { bytesReceived }) => sum + bytesReceived, 0);
  const result = tally.close(target.id, elapsedMs, bytes);
  const connectError = progress.connectError();
  if (connectError !== undefined) throw cannotConnectError(connectError, job.connections, target.origin);
  return [result];
}

/** How far the connections are, and the callbacks by which they report it. */
function progressOf(job: LoadJob, connections: readonly AutocannonConnection[]) {
  const accepted = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const drained = Promise.withResolvers<void>();
  const asked = Math.min(ASKED_FIRST, job.connections);
  let connected = 0;
  let ended = 0;
  let failuresInARow = 0;
  let done = 0;
  let connectError: Error | undefined;
  const callbacks: Pick<ConnectionContext, "connected" | "ended" | "cannotConnect" | "finished"> = {
    connected: () => {
      if (++connected === job.connections) for (const connection of connections.slice(-asked)) connection.ask();
    },
    ended: (completed) => {
      if (++ended === asked) accepted.resolve();
      failuresInARow = completed ? 0 : failuresInARow + 1;
      if (failuresInARow > FAILURES_A_CONNECTION * job.connections) gone.resolve();
    },
    cannotConnect: (error) => {
      if (connectError !== undefined) return;
      connectError = error;
      for (const connection of connections) connection.stop();
      gone.resolve();
    },
    finished: () => ++done === job.connections && drained.resolve(),
  };
  return {
    accepted: accepted.promise,
    gone: gone.promise,
    drained: drained.promise,
    /** Why one could not be opened. */
    connectError: () => connectError,
    callbacks,
  };
}

/** Starts autocannon, which fills `connections`; it goes on until it is stopped. */
function startLoop(
  job: LoadJob,
  origin: string,
  connections: AutocannonConnection[],
  context: ConnectionContext,
): { stop(): Promise<void> } {
  const stopped = Promise.withResolvers<void>();
  const options: autocannon.Options = {
    url: origin,
    connections: job.connections,
    pipelining: 1,
    duration: FOR_EVER_S,
    sampleInt: LOOK_MS,
    setupClient: (client) =>
      connections.push(new AutocannonConnection(client as AutocannonClient, job.timeoutMs, context)),
  };
  const instance = autocannon(options, (error) => (error ? stopped.reject(error) : stopped.resolve()));
  return {
    stop: () => {
      instance.stop();
      return stopped.promise;
    },
  };
}

function cannotConnectError(error: Error, connections: number, origin: string): UserError {
  return new UserError(
    `could not open ${connections} connections to ${origin}: ${error.message || "connection refused"}; ` +
      "use fewer --connections, or raise the limit of open files (ulimit -n)",
  );
}

function counter(): () => number {
  let last = 0;
  return () => ++last;
}
