import { pathToFileURL } from "node:url";
import { entryPath, preloadPath, targetPrograms } from "../../target/paths.ts";
import { readCpu, readCpuOfTree, type CpuReading } from "../measure/accounting.ts";
import { compileCache, startChild, type Child, type Exit } from "./child.ts";
import { ControlServer, type TargetLine } from "./control.ts";
import { startCommands } from "./own-service.ts";
import { orFail, targetOptions, type TargetSetting } from "./target-setting.ts";

/** The measured service of one variant: one process, or the five of a chain. */
export class TargetProcesses {
  readonly origin: string;
  /** Empty where the service brings its own SDK, and no probe. */
  readonly lines: readonly TargetLine[];
  /** Resolves when any of the processes has ended; before the end of the trial that is a failure. */
  readonly exited: Promise<Exit>;
  readonly #children: readonly Child[];
  readonly #control: ControlServer;

  private constructor(origin: string, children: readonly Child[], control: ControlServer) {
    this.origin = origin;
    this.lines = control.lines;
    this.#children = children;
    this.#control = control;
    this.exited = Promise.race(children.map((child) => child.exited));
  }

  /** Starts the processes and waits until the service answers to connections. Throws with the stderr of the one that did not. */
  static async start(setting: TargetSetting): Promise<TargetProcesses> {
    const control = new ControlServer();
    await control.listen();
    const children: Child[] = [];
    try {
      const { kind, config } = setting.target;
      const origin = await (kind.command === undefined
        ? startServices(setting, kind.services(config), control, children)
        : startCommands(setting, (service) => kind.command!(config, service), control, children));
      control.ready();
      return new TargetProcesses(origin, children, control);
    } catch (error) {
      await Promise.all(children.map((child) => child.kill()));
      control.close();
      throw error;
    }
  }

  /**
   * CPU of those that said hello; else of what was started and all its descendants (taskset and the guard count for
   * nothing: they sleep). Undefined if the kernel has no such figure.
   */
  readCpu(): CpuReading | undefined {
    if (this.lines.length > 0) return readCpu(this.lines.map(({ hello }) => hello.pid));
    const trees = this.#children.map(({ pid }) => readCpuOfTree(pid));
    return trees.includes(undefined) ? undefined : new Map(trees.flatMap((tree) => [...tree!]));
  }

  /** Ends whatever is still there. */
  async stop(): Promise<void> {
    this.#control.close();
    await Promise.all(this.#children.map((child) => child.stop()));
  }

  async kill(): Promise<void> {
    this.#control.close();
    await Promise.all(this.#children.map((child) => child.kill()));
  }
}

async function startServices(
  setting: TargetSetting,
  services: readonly { readonly service: string; readonly needs: readonly string[] }[],
  control: ControlServer,
  children: Child[],
): Promise<string> {
  const origins: Record<string, string> = {};
  const programs = setting.root === undefined ? { preloadPath, entryPath } : targetPrograms(setting.root);
  for (const { service, needs } of services) {
    const peers = Object.fromEntries(needs.map((need) => [need, origins[need]!]));
    const child = startChild({
      command: setting.node,
      args: ["--import", pathToFileURL(programs.preloadPath).href, programs.entryPath],
      env: {
        ...compileCache(),
        ...setting.kept,
        SPANTOLL_TARGET: JSON.stringify(targetOptions(setting, control.path, service, peers)),
      },
      ipc: false,
      cores: setting.cores,
    });
    children.push(child);
    origins[service] = await orFail(
      service,
      child,
      setting.signal,
      control.connected(service).then((line) => line.listening),
    );
  }
  return origins[services.at(-1)!.service]!;
}
