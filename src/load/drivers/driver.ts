import type { Kind } from "../../base/registry.ts";
import type { LaneResult, LoadJob } from "../job.ts";

/** Told what happens while a job runs, at the moment it happens. */
export interface JobEvents {
  warming(): void;
  /** Warm, and nothing is under way: the window opens when this resolves. The closed loop has no such pause. */
  warm(): Promise<void>;
  windowOpen(): void;
  /** The last request of the window has ended, one way or the other. */
  windowClosed(): void;
}

export interface DriverKind extends Kind {
  /** Runs the job to its end, draining included; results are in the order of the lanes. */
  run(job: LoadJob, events: JobEvents): Promise<readonly LaneResult[]>;
}
