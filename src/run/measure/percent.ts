/** A share, as warnings tell it. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
