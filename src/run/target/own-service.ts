import { delimiter, dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { readStat } from "../../base/process-identity.ts";
import { formatDuration } from "../../base/units.ts";
import { BASELINE, type Variant } from "../../plan/variant.ts";
import type { TargetOptions } from "../../target/protocol.ts";
import type { ServiceCommand } from "../../target/services/target-kind.ts";
import { processTrees } from "../processes/accounting.ts";
import { startGuarded, takePort, type Child } from "../processes/child.ts";
import { ControlFailure } from "./control-failure.ts";
import type { ControlServer, TargetLine } from "./control.ts";
import { ANSWER_WITHIN_MS, firstAnswer } from "./first-answer.ts";
import { bearersOf } from "../processes/family.ts";
import { commandOf, listenersOn, portsServedBy, programOf, showsSockets } from "../processes/listeners.ts";
import { otelEnvironment } from "./otel-environment.ts";
import { accepting, freePorts, isIdleListener } from "../processes/ports.ts";
import { awaitReady, READY_WITHIN_MS } from "../processes/readiness.ts";
import { plainPrograms, programsIn } from "./plain-programs.ts";
import type { TargetSetting } from "./target-setting.ts";

/** The services of a command, started. */
export interface StartedCommand {
  /** Of the last service. */
  readonly origin: string;
  /** The processes that listen; empty if the kernel does not report them. */
  readonly listeners: readonly number[];
  /** Why it is not certain which processes serve. */
  readonly doubt?: string;
  /** Daemons that the commands have left behind, such as the one of a process manager. */
  readonly daemons: readonly number[];
  /** Requests that the last service was asked before it is measured. */
  readonly probes: number;
  /** When it was asked the first of them, ms since 1970. */
  readonly probedAtMs: number;
}

/** After it accepts connections; the instrumentation is loaded before. */
const HELLO_WITHIN_MS = 8000;
const EXIT_WITHIN_MS = { listening: 500, closed: 10_000 };

/** What a service's own SDK gets to flush its queue as it ends. */
export const FLUSH_AT_EXIT_MS = 12_000;

/** Starts the services of a command one after the other. Throws a `ControlFailure` if they cannot be measured. */
export async function startCommands(
  setting: TargetSetting,
  control: ControlServer,
  children: Child[],
): Promise<StartedCommand> {
  const origins: Record<string, string> = {};
  const listeners: number[] = [];
  const daemons: number[] = [];
  let probedAtMs = 0;
  const { kind, config } = setting.target;
  const services = kind.services(config);
  const front = services.at(-1)!.service;
  const { firstRequest, ...others } = setting;
  for (const { service, needs } of services) {
    const peers = Object.fromEntries(needs.map((need) => [`${need.toUpperCase()}_URL`, origins[need]!]));
    const own = { ...(service === front ? setting : others), service, peers };
    const started = await startCommand(own, kind.command!(config, service), control, children);
    origins[service] = started.origin;
    listeners.push(...started.listeners);
    daemons.push(...started.daemons);
    probedAtMs = started.probedAtMs;
  }
  return { origin: origins[front]!, listeners, daemons, probedAtMs, probes: firstRequest === undefined ? 0 : 1 };
}

/**
 * Starts one service under a guard that ends its whole process group when we are gone, waits until its port accepts
 * connections, and asks it one request.
 */
async function startCommand(
  setting: TargetSetting & { readonly service: string; readonly peers: Readonly<Record<string, string>> },
  command: ServiceCommand,
  control: ControlServer,
  children: Child[],
): Promise<Omit<StartedCommand, "probes">> {
  const { variant, isBaseline = variant.sampler.text === BASELINE } = setting;
  const [port] = (await freePorts(1)) as [number];
  const none = isBaseline ? command.noneCommand : undefined;
  const words = (none ?? command.command).replaceAll("{port}", String(port));
  const graceMs = command.ownSdk ? FLUSH_AT_EXIT_MS : undefined;
  const env = {
    ...setting.peers,
    [command.portEnv]: String(port),
    ...(command.ownSdk ? otelEnvironment(setting, command) : await preloadEnvironment(setting, control, port)),
    ...nodeFirst(setting.node),
    ...(isBaseline && { SPANTOLL_TRACING: "off" }),
    ...setting.kept,
  };
  const child = startGuarded({ command: words, env, graceMs }, { cores: setting.cores, cwd: setting.root });
  children.push(child);
  const within = command.readyWithinMs ?? READY_WITHIN_MS;
  const pids = (): number[] => processTrees([child.pid, ...daemonsOf(child)]);
  const refused = (when = ""): string =>
    `${words} accepted no connection${when} on 127.0.0.1 and ::1 at port ${port}, the one in ${command.portEnv} and {port}${whereInstead(pids(), port, command.portEnv)}`;
  // who gives a longer time knows better
  const isHopeless = within > READY_WITHIN_MS ? undefined : isIdleListener(pids);
  const late = { withinMs: within, message: () => refused(` within ${formatDuration(within)}`) };
  const origin = await awaitReady(words, child, setting, accepting(port, child.exited, isHopeless), late);
  if (origin === undefined) throw new Error(refused());
  const listeners = listenersOn(port);
  const daemons = daemonsOf(child);
  checkStarter(words, listeners, processTrees([child.pid, ...daemons]));
  if (!command.ownSdk) {
    const silent = { message: () => unloaded(words, listeners), withinMs: HELLO_WITHIN_MS };
    const line = await awaitReady(words, child, setting, control.connected(setting.service), silent);
    checkNode(words, variant, line);
    await line.ask({ type: "usage", collectGarbage: true }, "usage");
  }
  const { firstRequest } = setting;
  const probedAtMs = Date.now();
  if (firstRequest !== undefined) {
    const answered = firstAnswer(origin, firstRequest, firstAnswerMs(command)).catch(async (error: unknown) => {
      // a process that dies of the request closes its sockets before its end is reported
      const state = listeners.length > 0 && listenersOn(port).length === 0 ? "closed" : "listening";
      await Promise.race([child.exited, sleep(EXIT_WITHIN_MS[state], undefined, { ref: false })]);
      throw error;
    });
    await awaitReady(words, child, setting, answered);
    if (!command.ownSdk) await controlPreload(setting, control.lines, words, listeners);
  }
  return { origin, listeners, daemons, probedAtMs };
}

/** Where the service listens if not where it was to, and the fix. */
function whereInstead(pids: readonly number[], port: number, portEnv: string): string {
  const ports = portsServedBy(pids);
  if (ports.length === 0) return ": give ready=60s if it needs longer";
  if (ports.includes(port)) return ", but listens there on another address: have it listen on 127.0.0.1";
  return `, but its processes listen at port ${ports.join(" and ")}: ${takePort(portEnv)}`;
}

/** How long the first answer may take: what loads at the first request needs as long as what loads before. */
export function firstAnswerMs({ readyWithinMs = 0 }: ServiceCommand): number {
  return Math.max(ANSWER_WITHIN_MS, readyWithinMs);
}

function daemonsOf({ pid, token }: Pick<Child, "pid"> & { readonly token: string }): number[] {
  // in this order: a child that starts in between would look like a daemon
  const bearers = bearersOf(token);
  const tree = new Set(processTrees([pid]));
  return bearers.filter((bearer) => !tree.has(bearer) && readStat(bearer) !== undefined);
}

/** What serves was started by the command: a daemon of the system has another environment, and its CPU is not measured. */
function checkStarter(words: string, listeners: readonly number[], started: readonly number[]): void {
  const strangers = listeners.filter((pid) => !started.includes(pid));
  // what belongs to another user, or has a network of its own, holds no socket that can be seen
  const isHidden = listeners.length === 0 && process.platform === "linux" && started.every(showsSockets);
  if (strangers.length === 0 && !isHidden) return;
  const names = strangers.map((pid) => `${programOf(pid)} (process ${pid})`);
  const who = isHidden ? "a process that cannot be seen" : names.join(", ");
  throw new ControlFailure(
    `${words}: what listens, ${who}, was not started by the command, so neither its variant nor its CPU would be known: have the command start the service itself, without docker or systemd; pm2 needs a daemon for each start: PM2_HOME=/tmp/pm2-$PORT pm2-runtime …`,
  );
}

/** The Node of `--node` is the one that a command finds. */
function nodeFirst(node: string): { readonly PATH?: string } {
  if (node === process.execPath) return {};
  return { PATH: [dirname(node), process.env["PATH"] ?? ""].join(delimiter) };
}

function checkNode(words: string, { node }: Variant, { hello }: TargetLine): void {
  if (node === undefined || hello.node === `v${node}`) return;
  throw new ControlFailure(
    `${words} runs on Node ${hello.node}, not on ${node}: --node puts its folder first on PATH, so the command must start "node"`,
  );
}

/** What serves has no tracer provider in `none`: not at first, and not after the window, as it may be registered late. */
export async function controlBaseline({ sampler }: Variant, lines: readonly TargetLine[]): Promise<void> {
  if (sampler.text !== BASELINE) return;
  const answers = await Promise.all(lines.map((line) => line.ask({ type: "control" }, "controlled")));
  if (answers.some(({ requestsStarted, isTraced }) => requestsStarted > 0 && isTraced))
    throw new ControlFailure(
      `the service registers a tracer provider of its own, so ${BASELINE} would be traced: add own_sdk to the target`,
    );
}

/** The process that answers has loaded the tracing, and `none` has none. */
async function controlPreload(
  { variant }: TargetSetting,
  lines: readonly TargetLine[],
  words: string,
  listeners: readonly number[],
): Promise<void> {
  const answers = await Promise.all(lines.map((line) => line.ask({ type: "control" }, "controlled")));
  const serving = answers.filter(({ requestsStarted }) => requestsStarted > 0);
  if (serving.length === 0) throw new ControlFailure(unloaded(words, listeners));
  await controlBaseline(variant, lines);
  if (serving.every(({ spansStarted }) => spansStarted === 0))
    throw new ControlFailure(
      `${words} answered a request, and Spantoll's tracing started no span: if it sets up OpenTelemetry itself, add own_sdk to the target; if --instrumentation leaves its server out, name it there`,
    );
}

function unloaded(words: string, listeners: readonly number[]): string {
  const who = listeners.length === 0 ? words : listeners.map((pid) => `${commandOf(pid)} (process ${pid})`).join(", ");
  return `${words}: what serves, ${who}, has not loaded the instrumentation: it must run Node, serve from its main thread and pass NODE_OPTIONS on, or set up OpenTelemetry itself (own_sdk)`;
}

async function preloadEnvironment(
  setting: TargetSetting & { readonly service: string },
  control: ControlServer,
  port: number,
): Promise<Record<string, string>> {
  const { preloadPath } = await (setting.otel === undefined ? plainPrograms() : programsIn(setting.otel));
  const { service } = setting;
  const options: TargetOptions = { ...setting.options, control: control.path, service, peers: {}, port };
  const others = process.env["NODE_OPTIONS"] ?? "";
  return {
    SPANTOLL_TARGET: JSON.stringify(options),
    NODE_OPTIONS: `${others} --import=${pathToFileURL(preloadPath).href}`.trim(),
  };
}
