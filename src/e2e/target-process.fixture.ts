/** A target process as the harness starts it, and a sink that keeps the spans it gets. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSocketServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { listen } from "../target/services/node-server.ts";
import { entryPath } from "../target/paths.ts";
import type { FromTarget, TargetOptions, ToTarget } from "../target/protocol.ts";
import { targets } from "../target/services/index.ts";

type Message<T extends FromTarget["type"]> = Extract<FromTarget, { type: T }>;
type Question = ToTarget extends infer T ? (T extends unknown ? Omit<T, "id"> : never) : never;

export interface Measured extends AsyncDisposable {
  readonly child: ChildProcess;
  /** The exit code. */
  readonly exited: Promise<number | null>;
  /** The next message of this type, or the one that came already. */
  next<T extends FromTarget["type"]>(type: T): Promise<Message<T>>;
  ask<T extends FromTarget["type"]>(question: Question, expected: T): Promise<Message<T>>;
  hangUp(): void;
}

/** Starts `node ...args` with a control socket. Without `args`: a built-in target. */
export async function launch(
  options: Partial<TargetOptions>,
  args: readonly string[] = [entryPath],
  env: Readonly<Record<string, string>> = {},
  node = process.execPath,
): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "spantoll-test-"));
  const control = join(folder, "control");
  const server = createSocketServer().listen(control);
  await once(server, "listening");
  const instrumentation = options.target === undefined ? "auto" : targets.parse(options.target).kind.instrumented;
  const settings: TargetOptions = { ...DEFAULTS, instrumentation, ...options, control };
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const child = spawn(node, args, {
    env: { ...inherited, SPANTOLL_TARGET: JSON.stringify(settings), ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const exited = once(child, "exit").then(([code]) => code as number | null);
  return converse(child, exited, server, () => rmSync(folder, { recursive: true, force: true }));
}

const DEFAULTS: Omit<TargetOptions, "control" | "instrumentation"> = {
  service: "service",
  peers: {},
  sampler: "none",
  processor: "batch",
  exporter: "otlp-http/json",
  endpoints: { otlpHttp: "", otlpGrpc: "", zipkin: "" },
  baseDir: ".",
  seed: 1,
  counted: true,
};

function converse(child: ChildProcess, exited: Promise<number | null>, server: Server, cleanUp: () => void): Measured {
  const heard: FromTarget[] = [];
  const sockets: Socket[] = [];
  const listeners = new Set<() => void>();
  server.on("connection", (socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    createInterface({ input: socket }).on("line", (line) => {
      heard.push(JSON.parse(line) as FromTarget);
      for (const listener of listeners) listener();
    });
  });
  let lastId = 0;
  const hear = <T extends FromTarget["type"]>(type: T, id?: number): Promise<Message<T>> => {
    const found = Promise.withResolvers<Message<T>>();
    const look = (): void => {
      const message = heard.find(
        (each) => each.type === type && (id === undefined || ("id" in each && each.id === id)),
      );
      if (message === undefined) return;
      listeners.delete(look);
      found.resolve(message as Message<T>);
    };
    listeners.add(look);
    look();
    void exited.then((code) => setImmediate(() => found.reject(new Error(`ended with ${code} before "${type}"`))));
    return found.promise;
  };
  return {
    child,
    exited,
    next: (type) => hear(type),
    ask(question, expected) {
      const id = ++lastId;
      sockets[0]!.write(`${JSON.stringify({ ...question, id })}\n`);
      return hear(expected, id);
    },
    hangUp: () => sockets.forEach((socket) => socket.destroy()),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
      for (const socket of sockets) socket.destroy();
      server.close();
      cleanUp();
    },
  };
}

/** A span as OTLP/JSON has it, and the service that sent it. */
export interface SentSpan {
  readonly service: string;
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly status: { readonly code?: number };
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly events: readonly { readonly name: string }[];
}

interface TraceRequest {
  readonly resourceSpans: readonly {
    readonly resource: Pick<SentSpan, "attributes">;
    readonly scopeSpans: readonly { readonly spans: readonly Omit<SentSpan, "service">[] }[];
  }[];
}

export interface SpanSink extends AsyncDisposable {
  readonly endpoints: TargetOptions["endpoints"];
  readonly spans: SentSpan[];
}

/** Receives OTLP/HTTP JSON and keeps every span. */
export async function startSpanSink(): Promise<SpanSink> {
  const spans: SentSpan[] = [];
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { resourceSpans } = JSON.parse(await text(request)) as TraceRequest;
    for (const { resource, scopeSpans } of resourceSpans) {
      const name = resource.attributes.find(({ key }) => key === "service.name")!;
      const service = name.value["stringValue"] as string;
      spans.push(...scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ ...span, service }))));
    }
    response.setHeader("content-type", "application/json").end("{}");
  };
  const listening = await listen(createServer((request, response) => void receive(request, response)));
  const { origin } = listening;
  return {
    endpoints: { otlpHttp: `${origin}/v1/traces`, otlpGrpc: origin, zipkin: `${origin}/api/v2/spans` },
    spans,
    [Symbol.asyncDispose]: () => listening.close(),
  };
}

export const requestIdOf = (span: SentSpan): unknown =>
  span.attributes.find(({ key }) => key === "spantoll.request_id")?.value["intValue"];

/** The span's name and its ancestors', the root first. */
export function lineage(span: SentSpan, spans: readonly SentSpan[]): string[] {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return [...(parent === undefined ? [] : lineage(parent, spans)), span.name];
}
