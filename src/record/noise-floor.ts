import { z } from "zod";
import { readText } from "../base/regular-file.ts";

/** The file that `calibrate` writes and `bench` reads, below the current folder. */
export const CALIBRATION_FILE = "results/calibration.json";

/** How far two equal services differ on this machine, as `calibrate` measured it. */
export const noiseFloorSchema = z.object({
  /** Half the width of the 95 % interval of the ratio of their CPU per request, as a share: 0.008 is ±0.8 %. */
  cpuRatioHalfWidth: z.number().positive(),
  /** Rounds it rests on. */
  rounds: z.int(),
  /** The target it was measured with: processes of a larger one differ by more. */
  target: z.string(),
  calibratedAt: z.iso.datetime(),
  /** The machine and Node it holds for. */
  cpu: z.object({ model: z.string(), cores: z.int() }),
  node: z.string(),
});
export type NoiseFloor = z.infer<typeof noiseFloorSchema>;

/** The part of a calibration file that is read here. */
const floorFileSchema = z.object({ kind: z.literal("calibration"), noiseFloor: noiseFloorSchema });

/** What a run is measured with. */
interface Machine {
  readonly cpu: { readonly model: string; readonly cores: number };
  /** Such as `v24.21.0`. */
  readonly node: string;
}

/**
 * The noise floor of a calibration file, if it was measured on this CPU model, with as many cores and the same major
 * version of Node. A file that cannot be read gives none: it must not keep a run from being measured.
 */
export function readNoiseFloor(path: string, machine: Machine): NoiseFloor | undefined {
  const read = floorFileSchema.safeParse(parse(path));
  if (!read.success) return undefined;
  const { noiseFloor } = read.data;
  const isSame =
    noiseFloor.cpu.model === machine.cpu.model &&
    noiseFloor.cpu.cores === machine.cpu.cores &&
    majorOf(noiseFloor.node) === majorOf(machine.node);
  return isSame ? noiseFloor : undefined;
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readText(path));
  } catch {
    return undefined;
  }
}

/** Several versions are none that was calibrated. */
function majorOf(node: string): string {
  return [...new Set(node.split(", ").map((version) => version.replace(/^v/, "").split(".")[0]!))].join();
}
