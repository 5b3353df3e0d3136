/** Messages that differ in their numbers only are one message with ranges. */

/** A number of its own, not the digits of a name such as `p99` or `cost-1-2`. */
const NUMBER = /(?<![\w.-])-?\d+(?:\.\d+)?(?![\w-])/g;

/** What two messages have in common that differ in their numbers only. */
export function shapeOf(message: string): string {
  return message.replaceAll(NUMBER, "#");
}

/** One message for all of one shape: `p99 2.4 … 21.7 ms after (limit 2.0 ms)`. */
export function rangedMessage(messages: readonly string[]): string {
  const numbers = messages.map((message) => message.match(NUMBER) ?? []);
  let position = 0;
  return (messages[0] ?? "").replaceAll(NUMBER, () => {
    const texts = numbers.flatMap((own) => own[position] ?? []).toSorted((a, b) => Number(a) - Number(b));
    position++;
    const [least, most] = [texts[0]!, texts.at(-1)!];
    return Number(least) === Number(most) ? least : `${least} … ${most}`;
  });
}
