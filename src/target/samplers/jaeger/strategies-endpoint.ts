import { createServer, type AddressInfo, type Socket } from "node:net";
import { readStrategies, strategyResponse } from "./strategies.ts";

/**
 * Answers `GET /sampling?service=NAME` on 127.0.0.1 from the file's present content; 500 if it is wrong. On a plain socket:
 * the instrumentation of `node:http` would make spans of the polls.
 */
export async function serveStrategies(
  file: string,
  baseDir: string,
): Promise<{ origin: string; close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let head = "";
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      head += chunk.toString("latin1");
      if (head.includes("\r\n\r\n")) void respond(file, baseDir, head).then((text) => socket.end(text));
      else if (head.length > 8192) socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function respond(file: string, baseDir: string, head: string): Promise<string> {
  const target = head.split(" ", 2)[1] ?? "/";
  const service = new URL(target, "http://127.0.0.1").searchParams.get("service") ?? "";
  try {
    const strategies = await readStrategies(file, baseDir);
    return answer("200 OK", JSON.stringify(strategyResponse(strategies, service)));
  } catch (error) {
    return answer("500 Internal Server Error", JSON.stringify({ message: (error as Error).message }));
  }
}

function answer(status: string, body: string): string {
  const length = Buffer.byteLength(body);
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\nconnection: close\r\n\r\n${body}`;
}
