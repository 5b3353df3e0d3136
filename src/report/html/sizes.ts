/** A picture is drawn for a desktop and for a phone; the style shows one of them. */
export const SIZES = [
  { name: "wide", width: 1180, height: 420 },
  { name: "narrow", width: 330, height: 330 },
] as const;
