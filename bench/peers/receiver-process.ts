/** A receiver to hold the sink against: `read` only reads the bytes, the others decode every field of every span. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type ReceiverMode = "read" | "protobuf" | "json";
export type FromReceiver =
  | { readonly type: "listening"; readonly url: string }
  /** Of the whole life; no spans where none were decoded. */
  | { readonly type: "received"; readonly bytes: number; readonly spans: number };

const DECODERS: Readonly<Record<ReceiverMode, () => Promise<((body: Buffer) => number) | undefined>>> = {
  read: async () => undefined,
  protobuf: async () => (await import("./otlp-messages.ts")).decodeEverything,
  json: async () => decodeJson,
};

interface JsonRequest {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly unknown[] }[] }[];
}

function decodeJson(body: Buffer): number {
  const { resourceSpans } = JSON.parse(body.toString("utf8")) as JsonRequest;
  return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans).reduce((sum, { spans }) => sum + spans.length, 0);
}

const decode = await DECODERS[process.argv[2] as ReceiverMode]();
let [bytes, spans] = [0, 0];

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (decode !== undefined) chunks.push(chunk);
  });
  request.on("end", () => {
    if (decode !== undefined) spans += decode(Buffer.concat(chunks));
    response.writeHead(200, { "content-type": request.headers["content-type"]!, "content-length": 0 });
    response.end();
  });
});
const tell = (message: FromReceiver): void => void process.send!(message);
server.keepAliveTimeout = 0;
server.listen(0, "127.0.0.1", () => {
  tell({ type: "listening", url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces` });
});
process.on("message", () => tell({ type: "received", bytes, spans }));
process.on("disconnect", () => process.exit(0));
