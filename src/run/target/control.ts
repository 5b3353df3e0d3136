import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { FromTarget, ToTarget } from "../../target/protocol.ts";
import type { Deadline } from "../processes/deadline.ts";
import { Questions, type Unnumbered } from "../processes/questions.ts";

type Hello = Extract<FromTarget, { type: "hello" }>;
type Answer = Extract<FromTarget, { id: number }>;

/** The line to one measured process. */
export interface TargetLine {
  readonly hello: Hello;
  /** Resolves with the origin it listens on; rejects if it says it failed, or hangs up before. */
  readonly listening: Promise<string>;
  /** Rejects with the reason if the process hangs up, or does not answer before the deadline. */
  ask<T extends Answer["type"]>(message: Unnumbered<ToTarget>, expected: T): Promise<Extract<Answer, { type: T }>>;
}

/** The Unix socket that measured processes connect to; one server for each variant of a trial. */
export class ControlServer {
  readonly path: string;
  /** In the order of their hellos. Of those that have hung up, only the ones that were still there when `ready` was called. */
  readonly lines: TargetLine[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), "spantoll-"));
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #deadline: Deadline;
  #isReady = false;
  readonly #waiting: { service: string; resolve: (line: TargetLine) => void }[] = [];

  constructor(deadline: Deadline) {
    this.#deadline = deadline;
    this.path = join(this.#folder, "control");
    this.#server = createServer((socket) => this.#accept(socket));
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.path, resolve);
    });
  }

  /** The first process that says hello under this service name. */
  async connected(service: string): Promise<TargetLine> {
    const known = this.lines.find((line) => line.hello.service === service);
    if (known !== undefined) return known;
    return new Promise((resolve) => this.#waiting.push({ service, resolve }));
  }

  /** The service is up: from here on a process that hangs up is missed. Before, it has done its part, as a build step has. */
  ready(): void {
    this.#isReady = true;
  }

  /** Hangs up; processes that are still there end themselves. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    const listening = Promise.withResolvers<string>();
    listening.promise.catch(() => undefined);
    let line: TargetLine | undefined;
    const asked = () => ({ who: line?.hello.service ?? "the measured process", pid: line?.hello.pid ?? -1 });
    const send = (question: ToTarget): unknown => socket.write(`${JSON.stringify(question)}\n`);
    const questions = new Questions<ToTarget, Answer>(asked, send, this.#deadline);
    const ask: TargetLine["ask"] = (question, expected) => questions.ask(question, expected);
    const onMessage = (message: FromTarget): void => {
      if (message.type === "hello") {
        line = { hello: message, listening: listening.promise, ask };
        this.#welcome(line);
      } else if (message.type === "listening") listening.resolve(message.origin);
      else if (message.type === "failed") listening.reject(new Error(message.message));
      else questions.answered(message);
    };
    const lines = createInterface({ input: socket });
    lines.on("line", (text) => {
      const message = messageIn(text);
      // what died in the middle of a line has nothing more to say
      if (message === undefined) socket.destroy();
      else onMessage(message);
    });
    // a process that was killed may reset the connection: its closing says all there is to say
    for (const one of [socket, lines]) one.on("error", () => undefined);
    socket.on("close", () => {
      this.#sockets.delete(socket);
      const hungUp = new Error(`${asked().who} hung up`);
      listening.reject(hungUp);
      questions.end(hungUp);
      if (line !== undefined && !this.#isReady) this.lines.splice(this.lines.indexOf(line), 1);
    });
  }

  #welcome(line: TargetLine): void {
    this.lines.push(line);
    const index = this.#waiting.findIndex(({ service }) => service === line.hello.service);
    if (index !== -1) this.#waiting.splice(index, 1)[0]!.resolve(line);
  }
}

function messageIn(line: string): FromTarget | undefined {
  try {
    return JSON.parse(line) as FromTarget;
  } catch {
    return undefined;
  }
}
