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
 * of opening, so it answers when it has accepted the others. What is not accepted within a second is loaded all the same.
 */
export async function runClosedLoop(job: LoadJob, events: JobEvents): Promise<LoadResult[]> {
  const [target, ...others] = job.targets;
  if (target === undefined || others.length > 0)
    throw new Error(`the closed loop loads one target at a time; got ${job.targets.length}`);
  const endMs = job.warmupMs + job.durationMs;
  const tally = new RequestTally(job, job.warmupMs);
  // what is asked before all connections are accepted is before the warm-up
  let startMs = performance.now() + job.timeoutMs;
  const nowMs = (): number => performance.now() - startMs;
  const connections: AutocannonConnection[] = [];
  const drained = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const accepted = Promise.withResolvers<void>();
  const asked = Math.min(ASKED_FIRST, job.connections);
  let connected = 0;
  let ended = 0;
  let failuresInARow = 0;
  let done = 0;
  let connectError: Error | undefined;
  const context: ConnectionContext = {
    tally,
    mix: requestMix(job.requests, job.seed, job.incident),
    window: { openMs: job.warmupMs, endMs },
    nowMs,
    nextId: counter(),
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
  const stopped = Promise.withResolvers<void>();
  const options: autocannon.Options = {
    url: target.origin,
    connections: job.connections,
    pipelining: 1,
    // It is stopped from here, after draining.
    duration: FOR_EVER_S,
    sampleInt: LOOK_MS,
    setupClient: (client) =>
      connections.push(new AutocannonConnection(client as AutocannonClient, job.timeoutMs, context)),
  };
  const instance = autocannon(options, (error) => (error ? stopped.reject(error) : stopped.resolve()));
  await withinTime(Promise.race([accepted.promise, gone.promise]), Math.min(job.timeoutMs / 2, HELD_MS));
  startMs = performance.now();
  for (const connection of connections) connection.release();
  await withinTime(gone.promise, job.warmupMs - nowMs());
  events.windowOpen();
  await withinTime(gone.promise, endMs - nowMs());
  const elapsedMs = Math.min(nowMs(), endMs) - job.warmupMs;
  for (const connection of connections) connection.finish();
  await withinTime(drained.promise, job.timeoutMs + LOOK_MS);
  for (const connection of connections) connection.abandon();
  events.windowClosed();
  instance.stop();
  await stopped.promise;
  const bytes = connections.reduce((sum, { bytesReceived }) => sum + bytesReceived, 0);
  const result = tally.close(target.id, elapsedMs, bytes);
  if (connectError !== undefined) throw cannotConnectError(connectError, job.connections, target.origin);
  return [result];
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
