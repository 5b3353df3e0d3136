/** Waits for `done`, at most `ms`; resolves in both cases. */
export async function withinTime(done: Promise<void>, ms: number): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, Math.max(0, ms));
  await Promise.race([done, late.promise]);
  clearTimeout(timer);
}
