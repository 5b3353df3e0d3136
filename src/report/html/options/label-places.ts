/** A point in pixels, y downwards, and what is to be written beside it. */
interface Labelled {
  readonly label: string;
  readonly x: number;
  readonly y: number;
}

/** ECharts' label position: offsets from the upper left corner of the symbol. */
export interface LabelPlace {
  readonly position: readonly [number, number];
  readonly align: "left" | "right";
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const CHARACTER_PX = 7;
const LINE_PX = 14;
const GAP_PX = 3;

/**
 * Where each label goes: at one of the four corners of its symbol, which are clear of its own intervals' bars, where no
 * other symbol or label is. Undefined where there is no room: the legend names it.
 */
export function labelPlaces(points: readonly Labelled[], width: number, symbol: number): (LabelPlace | undefined)[] {
  const half = symbol / 2;
  const taken: Box[] = points.map(({ x, y }) => ({ left: x - half, right: x + half, top: y - half, bottom: y + half }));
  return points.map(({ label, x, y }) => {
    const long = label.length * CHARACTER_PX;
    for (const align of ["left", "right"] as const) {
      for (const above of [true, false]) {
        const left = align === "left" ? x + GAP_PX : x - GAP_PX - long;
        const top = above ? y - half - LINE_PX : y + half;
        const box = { left, right: left + long, top, bottom: top + LINE_PX };
        if (box.left < 0 || box.right > width + symbol || taken.some((other) => overlap(box, other))) continue;
        taken.push(box);
        const across = half + (align === "left" ? GAP_PX : -GAP_PX);
        return { position: [across, above ? -LINE_PX : symbol], align };
      }
    }
    return undefined;
  });
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
