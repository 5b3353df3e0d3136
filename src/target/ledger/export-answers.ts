import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest, IncomingMessage } from "node:http";

/** Watches the HTTP answers from one URL, by Node's own diagnostics channel. */
export interface AnswerWatch {
  latestStatus(): number | undefined;
  stop(): void;
}

const CHANNEL = "http.client.response.finish";

export function watchAnswers(url: string): AnswerWatch {
  const { host, pathname } = new URL(url);
  let status: number | undefined;
  const listen = (message: unknown): void => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    if (request.path === pathname && request.getHeader("host") === host) status = response.statusCode;
  };
  subscribe(CHANNEL, listen);
  return { latestStatus: () => status, stop: () => void unsubscribe(CHANNEL, listen) };
}
