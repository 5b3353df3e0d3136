/** A number by itself, not the digits of a name such as `p99` or `cost-1-2`. */
const NUMBER = /(?<![\w.-])-?\d+(?:\.\d+)?(?![\w-])/g;

/** The message without its numbers: messages of the same shape are shown as one. */
export function shapeOf(message: string): string {
  return message.replaceAll(NUMBER, "#");
}

/** One message for all of one shape: `p99 2.4 … 21.7 ms after (limit 2.0 ms)`. */
export function rangedMessage(messages: readonly string[]): string {
  return merge(messages, (least, most) => (Number(least) === Number(most) ? least : `${least} … ${most}`));
}

/** One fix for all of one shape, with the largest numbers: `--rounds 11`. */
export function strongestFix(fixes: readonly string[]): string {
  return merge(fixes, (_, most) => most);
}

function merge(texts: readonly string[], choose: (least: string, most: string) => string): string {
  const numbers = texts.map((text) => text.match(NUMBER) ?? []);
  let position = 0;
  return (texts[0] ?? "").replaceAll(NUMBER, () => {
    const sorted = numbers.flatMap((own) => own[position] ?? []).toSorted((a, b) => Number(a) - Number(b));
    position++;
    return choose(sorted[0]!, sorted.at(-1)!).replaceAll("-", "−");
  });
}
