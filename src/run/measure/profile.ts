/** A CPU profile of V8 → µs by part of the program. Pure. */

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

/** As `Profiler.stop` of the Chrome DevTools protocol returns it. Times are µs. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Node ids. */
  readonly samples: readonly number[];
  /** From the sample before to this one. */
  readonly timeDeltas: readonly number[];
}

const COLLECTOR = "V8: garbage collector";
/**
 * What V8 names by no file and counts as no JavaScript. Node calls itself idle while it reads and writes between two polls,
 * so only the kernel knows what native code takes.
 */
const NATIVE = new Set(["(idle)", "(program)", "(root)"]);
/** Node's modules that carry the context across callbacks. */
const CONTEXT = /^node:(async_hooks|internal\/async_)/;

/** µs of the main thread in JavaScript and its collector by part: a package, the service's own code, Node, V8. A sample counts for the function that ran. */
export function partsOf({ nodes, samples, timeDeltas }: CpuProfile): Map<string, number> {
  const partOf = partsOfNodes(nodes);
  const parts = new Map<string, number>();
  samples.forEach((id, at) => {
    const part = partOf.get(id);
    const us = timeDeltas[at + 1] ?? 0;
    if (part !== undefined) parts.set(part, (parts.get(part) ?? 0) + Math.max(0, us));
  });
  return parts;
}

/** By node id; undefined for idle time and native code. V8's own built-in functions belong to what called them. */
function partsOfNodes(nodes: readonly ProfileNode[]): Map<number, string | undefined> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parts = new Map<number, string | undefined>();
  const waiting = nodes.slice(0, 1).map((node): { node: ProfileNode; caller?: string | undefined } => ({ node }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { functionName, url } = next.node.callFrame;
    const own = url === "" ? partOfBuiltIn(functionName, next.caller) : partOfUrl(url);
    parts.set(next.node.id, own);
    for (const child of next.node.children ?? []) waiting.push({ node: byId.get(child)!, caller: own });
  }
  return parts;
}

function partOfBuiltIn(functionName: string, caller: string | undefined): string | undefined {
  if (NATIVE.has(functionName)) return undefined;
  return functionName === "(garbage collector)" ? COLLECTOR : caller;
}

/** Also as it was built for another Node, and beside the packages of another SDK. */
const OUR_TARGET = /(?:^|\/)(?:src|dist|spantoll-(?:target-)?[0-9a-f]{16})\/target\/(.+)$/;

/** `node_modules/@scope/name/…` is the package; src/target/… of Spantoll is the service it brings, or its measuring. */
export function partOfUrl(url: string): string {
  if (url.startsWith("node:")) return CONTEXT.test(url) ? "Node: async context" : "Node";
  const inner = url.slice(url.lastIndexOf("/node_modules/") + 1);
  const [, name, file] = /^node_modules\/((?:@[^/]+\/)?[^/]+)\/([^?]*)/.exec(inner) ?? [];
  const isOurs = name === undefined || name === "spantoll" || name === ".cache";
  const own = isOurs ? OUR_TARGET.exec(file ?? url) : undefined;
  if (own) return own[1]!.startsWith("services/") ? "the service" : "Spantoll's own ledger and probe";
  return name ?? "the service";
}
