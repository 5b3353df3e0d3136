/** What of a trace is there, seen from its parent links alone; lost-spans.ts knows what they cannot show. */

/** In `parent`: the span is the root, or its parent is not among the spans of the trace. */
export const ROOT = -1;
export const MISSING = -2;

/** The spans of one trace, in columns and any order. `parent` is a row, ROOT or MISSING. */
export interface TraceSpans {
  readonly parent: ArrayLike<number>;
  readonly service: readonly string[];
  readonly name: readonly string[];
  /** OTLP SpanKind. */
  readonly kind: ArrayLike<number>;
}

export interface TraceAnatomy {
  readonly spans: number;
  /** Row of the first root; undefined in a rootless trace. */
  readonly root: number | undefined;
  /**
   * A root is there, and every span leads to one. A lost span without children does not show here: live, the ledger
   * names it.
   */
  readonly whole: boolean;
  readonly orphans: number;
  /**
   * Orphans that are their service's entry: the service kept what its caller dropped. Known by the kind (server,
   * consumer), or by the parent's service if the parent was recorded.
   */
  readonly violations: number;
  /** Hash of the distinct paths of service and operation from the root; repeats and order do not matter. Only of whole traces. */
  readonly shape: string | undefined;
  /** `caller>callee`, distinct, between services. */
  readonly edges: readonly string[];
}

const SERVER = 2;
const CONSUMER = 5;

/** The anatomy of those spans that are `present`, by default all. */
export function anatomyOf(trace: TraceSpans, present?: Uint8Array): TraceAnatomy {
  const isThere = (row: number): boolean => present === undefined || present[row] === 1;
  const paths: (number | undefined)[] = [];
  const edges = new Set<string>();
  const distinct = new Set<number>();
  let [spans, orphans, violations, stray] = [0, 0, 0, 0];
  let root: number | undefined;
  for (let row = 0; row < trace.parent.length; row++) {
    if (!isThere(row)) continue;
    spans++;
    const parent = trace.parent[row]!;
    if (parent === ROOT) root ??= row;
    else if (parent === MISSING || !isThere(parent)) {
      orphans++;
      if (isEntry(trace, row)) violations++;
    } else if (trace.service[parent] !== trace.service[row]) {
      edges.add(edgeOf(trace.service[parent]!, trace.service[row]!));
    }
    const path = pathOf(trace, row, isThere, paths);
    if (path === STRAY) stray++;
    else distinct.add(path);
  }
  const whole = root !== undefined && stray === 0;
  const shape = whole ? shapeOf(distinct) : undefined;
  return { spans, root, whole, orphans, violations, shape, edges: [...edges] };
}

/** By caller and callee. To join two texts and to hash the new one costs more than all else about an edge. */
const edgeTexts = new Map<string, Map<string, string>>();
const MOST_CALLERS = 1000;

function edgeOf(caller: string, callee: string): string {
  if (edgeTexts.size > MOST_CALLERS) edgeTexts.clear();
  const ofCaller = edgeTexts.get(caller) ?? new Map<string, string>();
  const edge = ofCaller.get(callee) ?? `${caller}>${callee}`;
  if (ofCaller.size < MOST_CALLERS) ofCaller.set(callee, edge);
  edgeTexts.set(caller, ofCaller);
  return edge;
}

function isEntry({ kind, parent, service }: TraceSpans, row: number): boolean {
  if (kind[row] === SERVER || kind[row] === CONSUMER) return true;
  return parent[row] !== MISSING && service[parent[row]!] !== service[row];
}

/** The path value of a span that does not lead to a root: below an orphan, or in a cycle. */
const STRAY = -1;
/** The path above a root. */
const FROM_ROOT = 0x811c9dc5;

/** Hash of the path from the root to `row`; walks up to the nearest ancestor whose path is known, then back down. */
function pathOf(
  trace: TraceSpans,
  row: number,
  isThere: (row: number) => boolean,
  paths: (number | undefined)[],
): number {
  const parent = trace.parent[row]!;
  const known = parent === ROOT ? FROM_ROOT : parent === MISSING ? undefined : paths[parent];
  if (known !== undefined) return (paths[row] ??= pathBelow(known, trace, row));
  const way: number[] = [];
  let above = row;
  // While a span is on the way, its path is STRAY: a cycle meets it and stays stray.
  while (above >= 0 && isThere(above) && paths[above] === undefined) {
    paths[above] = STRAY;
    way.push(above);
    above = trace.parent[above]!;
  }
  let path = above === ROOT ? FROM_ROOT : above >= 0 && isThere(above) ? paths[above]! : STRAY;
  while (way.length > 0) {
    const next = way.pop()!;
    path = pathBelow(path, trace, next);
    paths[next] = path;
  }
  return paths[row]!;
}

function pathBelow(path: number, { service, name }: TraceSpans, row: number): number {
  return path === STRAY ? STRAY : hash(hash(path, service[row]!), name[row]!);
}

/** FNV-1a over the text, from `seed`, with a mark at its end. */
function hash(seed: number, text: string): number {
  let value = seed;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return Math.imul(value ^ 0x1f, 0x01000193) >>> 0;
}

/** The sum of the mixed path hashes: the same for any order. */
function shapeOf(paths: ReadonlySet<number>): string {
  let sum = 0;
  for (const path of paths) {
    let mixed = Math.imul(path ^ (path >>> 16), 0x45d9f3b);
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
    sum = (sum + (mixed ^ (mixed >>> 16))) >>> 0;
  }
  return sum.toString(16).padStart(8, "0");
}
