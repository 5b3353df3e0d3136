/** What a service that sets up OpenTelemetry itself has done so far, as seen from inside a Node process. */
export interface SdkFacts {
  readonly pid: number;
  /** Packages of OpenTelemetry that were loaded. */
  readonly packages: readonly string[];
  /** OTEL_* variables, also those that the service has set itself. */
  readonly env: Readonly<Record<string, string>>;
  /** When a tracer provider was registered, ms since 1970; and its class. */
  readonly providerAtMs?: number;
  readonly provider?: string;
  /** Its sampler's own description. */
  readonly sampler?: string;
  readonly processors: readonly {
    readonly name: string;
    readonly delayMs?: number;
    readonly batch?: number;
    readonly queue?: number;
    readonly exporter?: string;
  }[];
  /** Packages that were loaded before the first instrumentation could watch for them. */
  readonly early: readonly string[];
  readonly isEsm: boolean;
  /** Whether anything watches for ES modules. */
  readonly hasLoader: boolean;
  /** What the API and the SDK say of their own faults. */
  readonly messages: readonly string[];
}

/** The variable with the folder for `PID.json`, one file a process. */
export const FACTS_FOLDER = "SPANTOLL_FACTS";

/** A CommonJS program to `--require`: it runs before the service, in any Node since 14. */
export const factsProgram = (): string => `(${writeFacts.toString()})(require);`;

/* oxlint-disable typescript/no-explicit-any, typescript/no-unsafe-member-access -- the insides of SDKs of any version */
function writeFacts(require: NodeJS.Require): void {
  const fs: typeof import("node:fs") = require("fs");
  const Module: any = require("module");
  const KEY = Symbol.for("opentelemetry.js.api.1") as unknown as string;
  const MOST = 20;
  const messages: string[] = [];
  let early: string[] = [];
  let hasLoader = /--(loader|experimental-loader)\b/.test(
    `${process.execArgv.join(" ")} ${process.env["NODE_OPTIONS"] || ""}`,
  );
  let providerAtMs: number | undefined;
  let proxy: any;
  let written = "";

  const loaded = (): string[] => {
    const names = Object.keys(require.cache).map((path) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path));
    return [...new Set(names.map((match) => (match ? match[1]! : "")))];
  };
  const describe = (): object => {
    const provider = proxy && (proxy.getDelegate ? proxy.getDelegate() : proxy);
    const { sampler } = (provider && (provider._tracerOptions || provider._config || provider.config)) || {};
    const active = provider && (provider._activeSpanProcessor || provider.activeSpanProcessor);
    const processors: any[] = (active && active._spanProcessors) || [];
    const main = process.argv[1] || "";
    return {
      pid: process.pid,
      packages: loaded().filter((name) => name.startsWith("@opentelemetry/")),
      env: Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("OTEL_"))),
      providerAtMs,
      provider: provider && provider.constructor.name,
      sampler: sampler && String(sampler),
      processors: processors.map((one) => ({
        name: one.constructor.name,
        delayMs: one._scheduledDelayMillis,
        batch: one._maxExportBatchSize,
        queue: one._maxQueueSize,
        exporter: one._exporter && one._exporter.constructor.name,
      })),
      early,
      isEsm: main !== "" && !require.cache[fs.realpathSync(main)],
      hasLoader,
      messages,
    };
  };
  const save = (): void => {
    try {
      const text = JSON.stringify(describe());
      if (text !== written) fs.writeFileSync(`${process.env["SPANTOLL_FACTS"]}/${process.pid}.json`, text);
      written = text;
    } catch {
      // the folder is gone, or the SDK is one that we do not know
    }
  };
  const watch = (object: any, name: string, changed: (value: any) => any): void => {
    let value = object[name];
    const set = (next: any): void => {
      value = changed(next);
    };
    Object.defineProperty(object, name, { configurable: true, enumerable: true, get: () => value, set });
  };
  const note = (...words: unknown[]): void => {
    if (messages.length < MOST && !/logger will be overwritten/.test(words.join(" ")))
      messages.push(words.map(String).join(" ").slice(0, 400));
  };
  const listening = (logger: any): any => {
    const levels = ["error", "warn", "info", "debug", "verbose"];
    const pass = (level: string, words: unknown[]): void => {
      if (level === "error" || level === "warn") note(...words);
      if (logger && logger[level]) logger[level](...words);
    };
    return Object.fromEntries(levels.map((level) => [level, (...words: unknown[]) => pass(level, words)]));
  };

  watch(globalThis, KEY, (api) => {
    if (!api || Object.getOwnPropertyDescriptor(api, "trace")) return api;
    watch(api, "diag", listening);
    api.diag = undefined;
    watch(api, "trace", (trace) => {
      proxy = trace;
      providerAtMs = trace && Date.now();
      setImmediate(save);
      return trace;
    });
    return api;
  });
  watch(Module.prototype, "require", (patched) => {
    if (early.length === 0) early = loaded();
    return patched;
  });
  for (const name of ["register", "registerHooks"])
    if (Module[name]) {
      const original = Module[name];
      Module[name] = function (...args: unknown[]) {
        hasLoader = true;
        return original.apply(this, args);
      };
    }
  setInterval(save, 200).unref();
  process.once("exit", save);
}
