import type { Deadline } from "./deadline.ts";

interface Message {
  readonly id: number;
  readonly type: string;
}
export type Unnumbered<T> = T extends unknown ? Omit<T, "id"> : never;

/** Numbered questions to one process, and its answers. All of them share the trial's deadline. */
export class Questions<Question extends Message, Answer extends Message> {
  readonly #send: (question: Question) => unknown;
  readonly #asked: () => { readonly who: string; readonly pid: number };
  readonly #deadline: Deadline;
  readonly #waiting = new Map<number, PromiseWithResolvers<Answer>>();
  #lastId = 0;
  #ended: Error | undefined;

  /** `asked`: the process, for messages. */
  constructor(
    asked: () => { readonly who: string; readonly pid: number },
    send: (question: Question) => unknown,
    deadline: Deadline,
  ) {
    this.#asked = asked;
    this.#send = send;
    this.#deadline = deadline;
  }

  /** Rejects with the reason if the process answers with another type, ends, or does not answer before the deadline. */
  async ask<T extends Answer["type"]>(
    question: Unnumbered<Question>,
    expected: T,
  ): Promise<Extract<Answer, { type: T }>> {
    const id = ++this.#lastId;
    const waiting = Promise.withResolvers<Answer>();
    this.#waiting.set(id, waiting);
    if (this.#ended === undefined) void this.#send({ ...question, id } as unknown as Question);
    else waiting.reject(this.#ended);
    try {
      const answer: Message & { readonly message?: string } = await this.inTime(question.type, waiting.promise);
      if (answer.type === expected) return answer as Extract<Answer, { type: T }>;
      throw new Error(answer.message ?? `${this.#asked().who} answered ${answer.type} instead of ${expected}`);
    } finally {
      this.#waiting.delete(id);
    }
  }

  /** Waits for an answer to what is asked without a message, by the same deadline. */
  inTime<T>(question: string, answer: Promise<T>): Promise<T> {
    return this.#deadline.wait({ ...this.#asked(), question }, answer);
  }

  answered(answer: Answer): void {
    this.#waiting.get(answer.id)?.resolve(answer);
  }

  /** There will be no more answers. */
  end(reason: Error): void {
    this.#ended = reason;
    for (const { reject } of this.#waiting.values()) reject(reason);
  }
}
