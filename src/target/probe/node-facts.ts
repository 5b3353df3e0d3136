/** A CommonJS program to `--require`: it runs before the service, in any Node since 14.17. */
export const nodeFactsProgram = (): string => `(${writeFacts.toString()})(require);`;

/** What SDKs of the versions that we know have inside; any of it may be missing. */
interface Instance {
  readonly constructor: { readonly name: string };
}
interface Processor extends Instance {
  readonly _scheduledDelayMillis?: number;
  readonly _maxExportBatchSize?: number;
  readonly _maxQueueSize?: number;
  readonly _exporter?: Instance;
}
interface Processors extends Processor {
  readonly _spanProcessors?: readonly Processor[];
}
interface ProviderConfig {
  readonly sampler?: { toString(): string };
}
interface Provider extends Instance {
  readonly _tracerOptions?: ProviderConfig;
  readonly _config?: ProviderConfig;
  readonly config?: ProviderConfig;
  readonly _activeSpanProcessor?: Processors;
  readonly activeSpanProcessor?: Processors;
  getDelegate?(): Provider;
}
type Logger = Record<string, ((...words: unknown[]) => void) | undefined>;
interface Api {
  diag?: Logger | undefined;
  trace?: Provider;
}
interface ModuleClass {
  readonly prototype: { require?: NodeJS.Require };
  _load?: (request: unknown, parent?: { filename?: string | null }, ...rest: unknown[]) => unknown;
  register?: (...args: unknown[]) => unknown;
  registerHooks?: (...args: unknown[]) => unknown;
}

function writeFacts(require: NodeJS.Require): void {
  const fs: typeof import("node:fs") = require("fs");
  const Module: ModuleClass = require("module");
  const { threadId }: typeof import("node:worker_threads") = require("worker_threads");
  const KEY = Symbol.for("opentelemetry.js.api.1");
  const MOST = 20;
  const messages: string[] = [];
  let early: string[] | undefined;
  const earlyOwn = new Set<string>();
  let hasLoader = /--(loader|experimental-loader)\b/.test(
    `${process.execArgv.join(" ")} ${process.env["NODE_OPTIONS"] || ""}`,
  );
  const isSignal = (name: unknown): boolean => String(name).startsWith("SIG");
  let isEndedGently = process.send !== undefined || process.eventNames().some(isSignal);
  let providerAtMs: number | undefined;
  let listenedAtMs: number | undefined;
  let proxy: Provider | undefined;
  let isServing = false;
  let written = "";

  const loaded = (): string[] => {
    const names = Object.keys(require.cache).map((path) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path));
    return [...new Set(names.map((match) => (match ? match[1]! : "")))];
  };
  const describe = (): object => {
    const provider = proxy && (proxy.getDelegate ? proxy.getDelegate() : proxy);
    const { sampler } = (provider && (provider._tracerOptions || provider._config || provider.config)) || {};
    const active = provider && (provider._activeSpanProcessor || provider.activeSpanProcessor);
    const processors =
      active && (active._spanProcessors || (active.constructor.name.startsWith("Noop") ? [] : [active]));
    const main = process.argv[1] || "";
    return {
      pid: process.pid,
      packages: loaded().filter((name) => name.startsWith("@opentelemetry/")),
      env: Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("OTEL_"))),
      providerAtMs,
      listenedAtMs,
      provider: provider && provider.constructor.name,
      isServing,
      sampler: sampler && sampler.toString(),
      processors:
        processors &&
        processors.map((one) => ({
          name: one.constructor.name,
          delayMs: one._scheduledDelayMillis,
          batch: one._maxExportBatchSize,
          queue: one._maxQueueSize,
          exporter: one._exporter && one._exporter.constructor.name,
        })),
      early: [...(early || []), ...earlyOwn],
      isEsm: main !== "" && !require.cache[fs.realpathSync(main)],
      hasLoader,
      isEndedGently,
      messages,
    };
  };
  const save = (): void => {
    try {
      const text = JSON.stringify(describe());
      if (text === written) return;
      const path = `${process.env["SPANTOLL_FACTS"]}/${process.pid}-${threadId}`;
      fs.writeFileSync(path, text);
      // a process that is killed meanwhile leaves no half of it
      fs.renameSync(path, `${path}.json`);
      written = text;
    } catch {
      // the folder is gone, or the SDK is one that we do not know
    }
  };
  /** `changed` sees each value that is set from now on, and says what is kept. */
  const watch = <T>(object: object, name: PropertyKey, changed: (value: T | undefined) => T | undefined): void => {
    let value = Reflect.get(object, name) as T | undefined;
    const set = (next: T | undefined): void => {
      value = changed(next);
    };
    Object.defineProperty(object, name, { configurable: true, enumerable: true, get: () => value, set });
  };
  const note = (...words: unknown[]): void => {
    if (messages.length < MOST && !/logger will be overwritten/.test(words.join(" ")))
      messages.push(words.map(String).join(" ").slice(0, 400));
  };
  const listening = (logger: Logger | undefined): Logger => {
    const levels = ["error", "warn", "info", "debug", "verbose"];
    const pass = (level: string, words: unknown[]): void => {
      if (level === "error" || level === "warn") note(...words);
      const original = logger && logger[level];
      if (original) original.apply(logger, words);
    };
    return Object.fromEntries(levels.map((level) => [level, (...words: unknown[]) => pass(level, words)]));
  };

  watch<Api>(globalThis, KEY, (api) => {
    if (!api || Object.getOwnPropertyDescriptor(api, "trace")) return api;
    watch<Logger>(api, "diag", listening);
    api.diag = undefined;
    watch<Provider>(api, "trace", (trace) => {
      proxy = trace;
      providerAtMs = trace && Date.now();
      setImmediate(save);
      return trace;
    });
    return api;
  });
  watch<NodeJS.Require>(Module.prototype, "require", (patched) => {
    if (early === undefined) early = loaded();
    return patched;
  });
  const { prototype } = (require("net") as typeof import("node:net")).Server;
  const listen = Reflect.get(prototype, "listen") as (...args: unknown[]) => never;
  prototype.listen = function (...args: unknown[]) {
    if (listenedAtMs === undefined) listenedAtMs = Date.now();
    return listen.apply(this, args);
  };
  const { channel }: typeof import("node:diagnostics_channel") = require("diagnostics_channel");
  channel("http.server.request.start").subscribe(() => (isServing = true));
  const load = Module._load;
  if (load)
    Module._load = function (this: unknown, request, parent, ...rest) {
      const name = String(request).replace(/^node:/, "");
      const isOwn = parent && parent.filename && !/\/node_modules\//.test(parent.filename);
      // what is loaded again is instrumented then
      if (/^https?$/.test(name) && (early || isOwn)) earlyOwn[early ? "delete" : "add"](name);
      return load.call(this, request, parent, ...rest);
    };
  for (const name of ["register", "registerHooks"] as const) {
    const original = Module[name];
    if (original)
      Module[name] = function (this: unknown, ...args: unknown[]) {
        hasLoader = true;
        return original.apply(this, args);
      };
  }
  setInterval(save, 200).unref();
  process.on("newListener", (name) => {
    if (!isEndedGently && isSignal(name)) {
      isEndedGently = true;
      setImmediate(save);
    }
  });
  process.once("exit", () => {
    isEndedGently = true;
    save();
  });
}
