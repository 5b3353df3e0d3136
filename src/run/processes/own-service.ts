import { createServer, connect } from "node:net";
import { pathToFileURL } from "node:url";
import { siblingModule } from "../../base/sibling.ts";
import { formatDuration } from "../../base/units.ts";
import { preloadPath } from "../../target/paths.ts";
import type { ServiceCommand } from "../../target/services/target-kind.ts";
import type { Child } from "./child.ts";
import { startChild } from "./child.ts";
import type { ControlServer } from "./control.ts";
import type { Guarded } from "./guard.ts";
import { otelEnvironment } from "./otel-environment.ts";
import { orFail, READY_WITHIN_MS, targetOptions, type TargetSetting } from "./target-setting.ts";

/** After it accepts connections; the instrumentation is loaded before. */
const HELLO_WITHIN_MS = 8000;

/** What a service's own SDK gets to flush its queue as it ends. */
const FLUSH_AT_EXIT_MS = 12_000;

/** Starts the services of a command one after the other; returns the origin of the last. */
export async function startCommands(
  setting: TargetSetting,
  commandOf: (service: string) => ServiceCommand,
  control: ControlServer,
  children: Child[],
): Promise<string> {
  const origins: Record<string, string> = {};
  const services = setting.target.kind.services(setting.target.config);
  for (const { service, needs } of services) {
    const peers = Object.fromEntries(needs.map((need) => [`${need.toUpperCase()}_URL`, origins[need]!]));
    origins[service] = await startCommand({ ...setting, service, peers }, commandOf(service), control, children);
  }
  return origins[services.at(-1)!.service]!;
}

/**
 * Starts one service under a guard that ends its whole process group when we are gone, and waits until its port accepts
 * connections.
 */
async function startCommand(
  setting: TargetSetting & { readonly service: string; readonly peers: Readonly<Record<string, string>> },
  command: ServiceCommand,
  control: ControlServer,
  children: Child[],
): Promise<string> {
  const port = await freePort();
  const isNone = setting.variant.sampler.kind.name === "none";
  const words = ((isNone ? command.noneCommand : undefined) ?? command.command).replaceAll("{port}", String(port));
  const graceMs = command.ownSdk ? FLUSH_AT_EXIT_MS : undefined;
  const guarded: Guarded = {
    command: words,
    ...(graceMs !== undefined && { graceMs }),
    env: {
      ...setting.peers,
      [command.portEnv]: String(port),
      ...(command.ownSdk ? otelEnvironment(setting, command) : preloadEnvironment(setting, control, setting.service)),
      ...setting.kept,
    },
  };
  const child = startChild({
    command: process.execPath,
    args: [siblingModule(import.meta.url, "./guard"), JSON.stringify(guarded)],
    ipc: true,
    guard: true,
    ...(graceMs !== undefined && { graceMs }),
    cores: setting.cores,
    ...(setting.root !== undefined && { cwd: setting.root }),
  });
  children.push(child);
  const { signal } = setting;
  const deaf = `${words} accepted no connection within ${formatDuration(READY_WITHIN_MS)} at 127.0.0.1:${port}, the port in ${command.portEnv} and {port}`;
  await orFail(words, child, signal, accepting(port, child), deaf);
  if (command.ownSdk) return `http://127.0.0.1:${port}`;
  const bare = `${words} accepts connections, but none of its processes has loaded the instrumentation ${formatDuration(HELLO_WITHIN_MS)} later: it is to run Node and let NODE_OPTIONS through, or to set up OpenTelemetry itself (own_sdk)`;
  await orFail(words, child, signal, control.connected(setting.service), bare, HELLO_WITHIN_MS);
  return `http://127.0.0.1:${port}`;
}

function preloadEnvironment(setting: TargetSetting, control: ControlServer, service: string): Record<string, string> {
  const { target: _target, ...options } = targetOptions(setting, control.path, service, {});
  const others = process.env["NODE_OPTIONS"] ?? "";
  return {
    SPANTOLL_TARGET: JSON.stringify(options),
    NODE_OPTIONS: `${others} --import=${pathToFileURL(preloadPath).href}`.trim(),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function accepting(port: number, child: Child): Promise<void> {
  const ended = new AbortController();
  void child.exited.then(() => ended.abort());
  while (!ended.signal.aborted && !(await accepts(port))) await new Promise((resolve) => setTimeout(resolve, 25));
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
