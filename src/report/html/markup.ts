/** HTML whose every interpolated text is escaped, unless it is HTML made here. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Markup | undefined | readonly Part[];

/** A template tag: `` h`<p>${text}</p>` ``. Lists are joined, `undefined` is nothing. */
export function h(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.reduce((html, string, at) => html + partText(parts[at - 1]) + string));
}

/** Takes text as HTML without escaping: for what this program itself wrote. */
export function raw(text: string): Markup {
  return new Markup(text);
}

function partText(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "object") return part.map(partText).join("");
  return escapeHtml(typeof part === "number" ? String(part) : part);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char]!);
}
