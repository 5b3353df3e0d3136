/** Makes the estimates of `what`. One that throws must not lose others: it gives none, and its reason is kept. */
export type Attempt = <T>(what: string, make: () => readonly T[]) => readonly T[];

/** An attempt that adds `WHAT is not available, because REASON` to `unavailable` for each failure. */
export function attemptNoting(unavailable: string[]): Attempt {
  return (what, make) => {
    try {
      return make();
    } catch (error) {
      unavailable.push(`${what} is not available, because ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  };
}
