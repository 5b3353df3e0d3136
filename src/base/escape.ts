/** C0 and C1 controls but the line feed, line separators, and marks that reverse the direction of text. */
// oxlint-disable-next-line no-control-regex -- control characters are what is escaped
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** A copy of text or data in which control characters from outside are visible: a carriage return is `\u000d`. */
export function escapeControls<T>(value: T): T {
  if (typeof value === "string") return value.replaceAll(CONTROLS, visible) as T;
  if (Array.isArray(value)) return value.map((one) => escapeControls<unknown>(one)) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, escapeControls<unknown>(inner)])) as T;
}

function visible(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
