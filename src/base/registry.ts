import { z } from "zod";
import { didYouMean, parseWithPoints, UserError } from "./problem.ts";
import { quote, readSpec, type RawSpec } from "./spec-string.ts";

/** Fields of a kind: zod codecs from text, see units.ts; `.prefault("5s")` gives a default, `.optional()` allows absence. */
export type Fields = Readonly<Record<string, z.ZodType>>;
export type ConfigOf<F extends Fields> = { readonly [K in keyof F]: z.output<F[K]> };

/**
 * What every extension point shares: a name, how to say it, and its fields.
 * Each room adds what the kind makes (`SamplerKind` adds `make`, and so on).
 */
export interface Kind<F extends Fields = Fields> {
  readonly name: string;
  /** One line for `spantoll list`, the README and error messages. */
  readonly about: string;
  /** A spec string that works as it stands. */
  readonly example: string;
  readonly fields: F;
  /** The field that the bare first value fills: `ratio:0.1`. */
  readonly main?: keyof F & string;
  /** Other spellings, OpenTelemetry's own: the first word of a text, and what stands for it. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Returns the spec that is meant by a text that names no kind, or undefined: `command:"node server.js"`. */
  meant?(text: string): string | undefined;
  /** Returns why a combination of fields is impossible, or undefined. */
  refuse?(config: ConfigOf<F>): string | undefined;
}

/** A spec string, parsed. */
export class Spec<K> {
  readonly kind: K;
  /** What the kind's own functions take. */
  readonly config: never;
  /** The one canonical text: it parses to the same spec. */
  readonly text: string;

  constructor(kind: K, config: never, text: string) {
    this.kind = kind;
    this.config = config;
    this.text = text;
  }

  /** Files hold specs as text. */
  toJSON(): string {
    return this.text;
  }
}

/** The same spec with every text of its fields changed, those of specs inside it too. */
export function mapTexts<S extends Spec<Kind>>(spec: S, change: (text: string) => string): S {
  const config = Object.entries<unknown>(spec.config).map(([key, value]) => {
    if (typeof value === "string") return [key, change(value)];
    return [key, value instanceof Spec ? mapTexts(value, change) : value];
  });
  const changed = Object.fromEntries(config) as Readonly<Record<string, unknown>>;
  return new Spec(spec.kind, changed as never, canonicalText(spec.kind, changed)) as S;
}

/** A spec and all specs inside it. */
export function withNested(spec: Spec<Kind>): Spec<Kind>[] {
  const inside = Object.values<unknown>(spec.config).filter((value) => value instanceof Spec);
  return [spec, ...inside.flatMap(withNested)];
}

export interface Registry<K extends Kind> {
  /** The word for its members in messages: "sampler". */
  readonly noun: string;
  readonly kinds: readonly K[];
  /** Reads a spec string. Throws a `UserError` that names the token and what was expected. */
  parse(text: string): Spec<K>;
  /** The field of a schema that holds text in a file, and a spec in memory. */
  readonly codec: SpecCodec<K>;
}

export type SpecCodec<K> = z.ZodCodec<z.ZodString, z.ZodType<Spec<K>, Spec<K>>>;

/** A field whose text is a spec: printed in parentheses if it needs them. */
export function specCodec<K>(parse: (text: string) => Spec<K>): SpecCodec<K> {
  return z.codec(z.string(), z.custom<Spec<K>>(), {
    decode: (input, context) => {
      try {
        return parse(input);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        context.issues.push({ code: "custom", message: error.message, input, params: { spec: true } });
        return z.NEVER;
      }
    },
    encode: (spec) => spec.text,
  });
}

// oxlint-disable-next-line typescript/no-explicit-any -- kinds of different fields share one list
export type AnyKind<Made> = Kind<any> & Made;

export function registry<K extends Kind>(noun: string, kinds: readonly K[]): Registry<K> {
  const byName = new Map(kinds.map((kind) => [kind.name, kind]));
  const aliases = new Map(kinds.flatMap((kind) => Object.entries(kind.aliases ?? {})));
  const isKind = (word: string): boolean => byName.has(word) || aliases.has(word);
  const parseExactly = (text: string): Spec<K> => {
    const raw = readSpec(withoutAlias(text, aliases));
    const kind = byName.get(raw.kind);
    refuseSeveral(raw, { text, noun, isKind });
    if (kind === undefined) {
      const names = [...byName.keys()];
      const nearest = isKind(raw.kind.split("=", 1)[0]!)
        ? ` (did you mean "${text.replace("=", ":")}"?)`
        : didYouMean(raw.kind, [...names, ...aliases.keys()], aliases) || meantBy(kinds, text);
      throw new UserError(`"${text}": unknown ${noun} "${raw.kind}"${nearest}; expected one of ${names.join(", ")}`);
    }
    const config = decode(kind, raw, text);
    const refusal = kind.refuse?.(config);
    if (refusal !== undefined) throw new UserError(`"${text}": ${refusal}`);
    return new Spec(kind, config as never, canonicalText(kind, config));
  };
  const parse = (text: string): Spec<K> => parseWithPoints(text, parseExactly);
  return { noun, kinds, parse, codec: specCodec(parse) };
}

/** ` (did you mean command:"node server.js"?)`, or nothing. */
function meantBy(kinds: readonly Kind[], text: string): string {
  const [meant] = kinds.flatMap((kind) => kind.meant?.(text) ?? []);
  return meant === undefined ? "" : ` (did you mean ${meant}?)`;
}

/** The text with its first word, if that is an alias, replaced by what it stands for. */
function withoutAlias(text: string, aliases: ReadonlyMap<string, string>): string {
  const [word] = text.split(":", 1);
  const meaning = aliases.get(word!.trim());
  return meaning === undefined ? text : meaning + text.slice(word!.length);
}

/** Throws a `UserError` if commas separate what are specs themselves: they separate the fields of one. */
function refuseSeveral(
  { kind, items }: RawSpec,
  { text, noun, isKind }: { text: string; noun: string; isKind: (word: string) => boolean },
): void {
  const [first, ...others] = kind.split(",");
  const stray = [...others, ...items.slice(1).flatMap(({ key, value }) => (key === undefined ? value : []))];
  if (!isKind(first!) || !stray.some((word) => isKind(word.split(":")[0]!.trim()))) return;
  throw new UserError(`"${text}": that is one ${noun}; for several, repeat the option for each`);
}

function decode<K extends Kind>(kind: K, raw: RawSpec, text: string): ConfigOf<K["fields"]> {
  const given = assign(kind, raw, text);
  const config: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(kind.fields)) {
    const result = field.safeParse(given[key]);
    if (result.success) {
      if (result.data !== undefined) config[key] = result.data;
      continue;
    }
    const where = key === kind.main ? kind.name : `${kind.name}: ${key}`;
    const issue = result.error.issues[0]!;
    if ("params" in issue && (issue.params as { spec?: boolean }).spec)
      throw new UserError(`"${text}": ${issue.message}`);
    const got = given[key] === undefined || given[key] === "" ? "nothing" : `"${given[key]}"`;
    const expected =
      given[key] === undefined
        ? `${where} needs a value, for example ${kind.example}`
        : `${where} takes ${issue.message}`;
    throw new UserError(`"${text}": ${expected}; got ${got}`);
  }
  return config as ConfigOf<K["fields"]>;
}

/** Gives each item of the text its field. */
function assign(kind: Kind, raw: RawSpec, text: string): Record<string, string> {
  const given: Record<string, string> = {};
  const keys = Object.keys(kind.fields);
  raw.items.forEach(({ key, value }, position) => {
    let target = key;
    if (key === undefined && keys.includes(value) && isFlag(kind.fields[value]!)) [target, value] = [value, "true"];
    else if (key === undefined && position === 0 && kind.main !== undefined) target = kind.main;
    if (target === undefined || !keys.includes(target)) {
      const word = target ?? value;
      const takes = keys.length === 0 ? "takes no values" : `takes ${keys.join(", ")}`;
      throw new UserError(`"${text}": ${kind.name} has no "${word}"${didYouMean(word, keys)}; it ${takes}`);
    }
    if (target in given) throw new UserError(`"${text}": ${kind.name} is given ${target} twice`);
    given[target] = value;
  });
  return given;
}

/** The one text of a configuration: fields in their order, defaults left out. It parses back to the same configuration. */
function canonicalText(kind: Kind, config: Readonly<Record<string, unknown>>): string {
  const items: string[] = [];
  for (const [key, field] of Object.entries(kind.fields)) {
    const value = config[key];
    if (value === undefined) continue;
    const text = z.encode(field, value) as string;
    const usual = field.safeParse(undefined).data;
    if (usual !== undefined && text === z.encode(field, usual)) continue;
    if (isFlag(field)) items.push(key);
    else if (key === kind.main && items.length === 0) items.push(quote(text));
    else items.push(`${key}=${quote(text)}`);
  }
  return items.length === 0 ? kind.name : `${kind.name}:${items.join(",")}`;
}

function isFlag(field: z.ZodType): boolean {
  return field.safeParse("true").data === true;
}
