/** The code of a warning that comes with a share of whole traces where lost spans have no names. */
export const UNNAMED_LOSSES = "unnamed-losses";

/** Whether a share counts traces as whole that may lack a lost span: it may be any below. */
export function isUpperBound({
  warnings = [],
}: {
  readonly warnings?: readonly { readonly code: string }[] | undefined;
}): boolean {
  return warnings.some(({ code }) => code === UNNAMED_LOSSES);
}
