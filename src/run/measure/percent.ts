/** A share, as warnings print it. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
