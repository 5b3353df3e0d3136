/** Messages that differ in their numbers only are one message with ranges. */

/** A number of its own, not the digits of a name such as `p99` or `cost-1-2`. */
const NUMBER = /(?<![\w.-])-?\d+(?:\.\d+)?(?![\w-])/g;

/** What two messages have in common that differ in their numbers only. */
export function shapeOf(message: string): string {
  return message.replaceAll(NUMBER, "#");
}

/** One message for all of one shape: `p99 2.4 … 21.7 ms after (limit 2.0 ms)`. */
export function rangedMessage(messages: readonly string[]): string {
  return merged(messages, (least, most) => (Number(least) === Number(most) ? least : `${least} … ${most}`));
}

/** One fix for all of one shape, the one that does for each of them: `--rounds 11`. */
export function strongestFix(fixes: readonly string[]): string {
  return merged(fixes, (_, most) => most);
}

/** The numbers at each place, from the least to the most, made one; with true minus signs. */
function merged(texts: readonly string[], chosen: (least: string, most: string) => string): string {
  const numbers = texts.map((text) => text.match(NUMBER) ?? []);
  let position = 0;
  return (texts[0] ?? "").replaceAll(NUMBER, () => {
    const sorted = numbers.flatMap((own) => own[position] ?? []).toSorted((a, b) => Number(a) - Number(b));
    position++;
    return chosen(sorted[0]!, sorted.at(-1)!).replaceAll("-", "−");
  });
}
