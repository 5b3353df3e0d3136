/** A small cluster on this machine: groups of replicas behind HAProxy, under load, scraped by Prometheus once a second. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { Agent, createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { siblingModule } from "../base/sibling.ts";
import { freePorts } from "../run/processes/ports.ts";

export const REPLICA = siblingModule(import.meta.url, "./replica.fixture");
const READY_MS = 20_000;

/** The programs that are missing here, in words; undefined if none is. */
export function missingPrograms(): string | undefined {
  const missing = ["prometheus", "haproxy"].filter(
    (name) => spawnSync(name, ["-v"], { stdio: "ignore" }).error !== undefined,
  );
  return missing.length === 0
    ? undefined
    : `${missing.join(" and ")} not installed (apt-get install prometheus haproxy)`;
}

interface ClusterOptions {
  readonly folder: string;
  readonly groups: readonly string[];
  readonly replicas: number;
  /** CPU of a request, by variant. */
  readonly burnUs: Readonly<Record<string, number>>;
  /** Requests/s of the whole cluster. */
  readonly rate: number;
}

export class Cluster {
  readonly #options: ClusterOptions;
  readonly #processes = new Map<string, ChildProcess>();
  readonly #ports = new Map<string, number>();
  readonly #control = createServer((request, response) => {
    const { searchParams } = new URL(request.url!, "http://127.0.0.1");
    this.set(searchParams.get("group")!, searchParams.get("variant")!).then(
      () => response.end(),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 32 });
  #load: NodeJS.Timeout | undefined;
  answered = 0;

  private constructor(options: ClusterOptions) {
    this.#options = options;
  }

  static async start(options: ClusterOptions): Promise<Cluster> {
    const cluster = new Cluster(options);
    try {
      await cluster.#start();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  get prometheus(): string {
    return `http://127.0.0.1:${this.#ports.get("prometheus")}`;
  }

  /** The shell command for `drive`. */
  get command(): string {
    const { port } = this.#control.address() as AddressInfo;
    const script = `fetch("http://127.0.0.1:${port}/?group=" + process.env.GROUP + "&variant=" + process.env.VARIANT).then(async (answer) => { console.log(await answer.text()); process.exit(answer.ok ? 0 : 1); })`;
    return `"${process.execPath}" -e '${script}'`;
  }

  /** Restarts the replicas of a group as a variant. */
  async set(group: string, variant: string): Promise<void> {
    const burnUs = this.#options.burnUs[variant];
    if (burnUs === undefined) throw new Error(`no variant ${variant}`);
    const names = this.#names(group);
    await Promise.all(names.map((name) => this.kill(name)));
    for (const name of names) {
      const args = [REPLICA, String(this.#ports.get(name)), variant, String(burnUs)];
      this.#spawn(name, process.execPath, args);
    }
    await Promise.all(names.map((name) => this.#ready(name, "/metrics")));
  }

  async kill(name: string): Promise<void> {
    const child = this.#processes.get(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }

  /** Begins with what it had on disk. */
  async startPrometheus(): Promise<void> {
    const { folder } = this.#options;
    const config = this.#writeTargets();
    const listen = `--web.listen-address=127.0.0.1:${this.#ports.get("prometheus")}`;
    this.#spawn("prometheus", "prometheus", [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, "tsdb")}`,
      listen,
    ]);
    await this.#ready("prometheus", "/-/ready");
  }

  /** From now on Prometheus scrapes all replicas but this one; without a name, all. */
  scrapeAllBut(name?: string): void {
    this.#writeTargets(name);
    this.#processes.get("prometheus")!.kill("SIGHUP");
  }

  /** Writes Prometheus' configuration and returns its path. */
  #writeTargets(missing?: string): string {
    const replicas = [...this.#ports].filter(([name]) => name.includes("-") && name !== missing);
    const scrape = { job_name: "shop", static_configs: [{ targets: replicas.map(([, port]) => `127.0.0.1:${port}`) }] };
    const config = join(this.#options.folder, "prometheus.yml");
    writeFileSync(
      config,
      JSON.stringify({ global: { scrape_interval: "1s", scrape_timeout: "1s" }, scrape_configs: [scrape] }),
    );
    return config;
  }

  async stop(): Promise<void> {
    clearInterval(this.#load);
    this.#agent.destroy();
    this.#control.close();
    this.#control.closeAllConnections();
    await Promise.all([...this.#processes.keys()].map((name) => this.kill(name)));
  }

  async #start(): Promise<void> {
    const { groups, folder, burnUs } = this.#options;
    mkdirSync(folder, { recursive: true });
    const names = groups.flatMap((group) => this.#names(group));
    const ports = await freePorts(names.length + 2);
    ["prometheus", "haproxy", ...names].forEach((name, at) => this.#ports.set(name, ports[at]!));
    const variants = Object.keys(burnUs);
    await Promise.all(groups.map((group, at) => this.set(group, variants[at]!)));
    const servers = names.map(
      (name) => `  server ${name} 127.0.0.1:${this.#ports.get(name)} check inter 500ms fall 1 rise 1`,
    );
    const config = [
      "defaults",
      "  mode http",
      "  timeout connect 2s",
      "  timeout client 10s",
      "  timeout server 10s",
      "  retries 2",
      "  option redispatch",
      "listen shop",
      `  bind 127.0.0.1:${this.#ports.get("haproxy")}`,
      "  balance roundrobin",
      ...servers,
      "",
    ];
    writeFileSync(join(folder, "haproxy.cfg"), config.join("\n"));
    this.#spawn("haproxy", "haproxy", ["-f", join(folder, "haproxy.cfg"), "-db"]);
    await this.startPrometheus();
    await this.#ready("haproxy", "/");
    await new Promise<void>((resolve) => this.#control.listen(0, "127.0.0.1", resolve));
    this.#drive();
  }

  #names(group: string): string[] {
    return Array.from({ length: this.#options.replicas }, (_, at) => `${group}-${at + 1}`);
  }

  #spawn(name: string, command: string, args: readonly string[]): void {
    this.#processes.set(name, spawn(command, args, { stdio: "ignore" }));
  }

  async #ready(name: string, path: string): Promise<void> {
    const url = `http://127.0.0.1:${this.#ports.get(name)}${path}`;
    for (const endMs = Date.now() + READY_MS; Date.now() < endMs; await sleep(50)) {
      const answer = await fetch(url, { signal: AbortSignal.timeout(1000) }).catch(() => undefined);
      await answer?.text();
      if (answer?.ok === true) return;
    }
    throw new Error(`${name} is not ready after ${READY_MS} ms`);
  }

  /** Evenly spread requests; what is due since the last tick goes out together. */
  #drive(): void {
    const begin = performance.now();
    let sent = 0;
    this.#load = setInterval(() => {
      const due = ((performance.now() - begin) * this.#options.rate) / 1000;
      for (; sent < due; sent++)
        get({ port: this.#ports.get("haproxy")!, host: "127.0.0.1", agent: this.#agent }, (response) => {
          response.resume().on("end", () => this.answered++);
        }).on("error", () => undefined);
    }, 5);
  }
}
