/**
 * A trace id of its own for each repetition, from the recorded one and a seed. Recorded ids are never sampled by: what
 * was recorded may have been chosen by those very ids, and one set of ids is one draw. MurmurHash3's finalizer (Austin
 * Appleby, public domain) over the id's four words, each word mixed with the one before.
 */
export function newTraceId(traceId: string, seed: number): string {
  const id = Buffer.allocUnsafe(16);
  let carry = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  for (let word = 0; word < 4; word++) carry = mix(carry ^ wordOf(traceId, word * 8));
  for (let word = 0; word < 4; word++) {
    carry = mix(carry + Math.imul(word + 1, 0x9e3779b9));
    id.writeUInt32BE(carry, word * 4);
  }
  return id.toString("hex");
}

/** The number of eight lower-case hexadecimal digits. */
function wordOf(text: string, from: number): number {
  let word = 0;
  for (let at = from; at < from + 8; at++) {
    const code = text.charCodeAt(at);
    word = (word << 4) | (code < 0x3a ? code - 0x30 : code - 0x57);
  }
  return word;
}

function mix(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
