import type { Estimate } from "../../estimate/estimate.ts";
import { countText, type Figure } from "../format.ts";
import type { Cell, Column, Tone } from "../report.ts";

export const NONE: Cell = { text: "–" };
export const UNKNOWN: Cell = { text: "unknown", tone: "doubtful" };

/** A column of words. */
export function words(title: string, unit?: string): Column {
  return { title, unit, numeric: false };
}

/** A column of figures. */
export function figures(title: string, unit?: string): Column {
  return { title, unit, numeric: true };
}

/** The cell of a figure, doubtful without an interval. */
export function figureCell<F extends Figure>(
  figure: F | undefined,
  text: (figure: F) => string,
  tone?: Tone | false,
): Cell {
  if (figure === undefined) return NONE;
  return { text: text(figure), value: figure.center, tone: figure.low === undefined ? "doubtful" : tone || undefined };
}

/** The cell of an estimate, whose warnings become the report's. */
export function estimateCell(estimate: Estimate | undefined, text: (estimate: Estimate) => string): Cell {
  return { ...figureCell(estimate, text), ...(estimate && { estimate }) };
}

/** Undefined is unknown, never 0. */
export function countCell(value: number | undefined): Cell {
  return value === undefined ? UNKNOWN : { text: countText(value), value };
}
