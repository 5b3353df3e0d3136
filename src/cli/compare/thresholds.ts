import { didYouMean, UserError } from "../../base/problem.ts";
import { share } from "../../base/units.ts";
import { readOption } from "../read-option.ts";
import { DEFAULT_THRESHOLDS, type Thresholds } from "../../record/metric.ts";

const KEYS = Object.keys(DEFAULT_THRESHOLDS) as (keyof Thresholds)[];

/** Reads `cpu=2%,p99=10%`; other metrics keep their default. Throws a `UserError` that names the token. */
export function thresholdsOf(text: string | undefined): Thresholds {
  const thresholds: Record<keyof Thresholds, number> = { ...DEFAULT_THRESHOLDS };
  for (const item of text === undefined ? [] : text.split(",")) {
    const [key = "", value = ""] = item.trim().split("=", 2);
    if (!(KEYS as string[]).includes(key)) {
      throw new UserError(
        `--threshold "${item}": expected one of ${KEYS.join(", ")} and its share, such as cpu=2%${didYouMean(key, KEYS)}`,
      );
    }
    thresholds[key as keyof Thresholds] = readOption(`--threshold ${key}`, share, value);
  }
  return thresholds;
}
