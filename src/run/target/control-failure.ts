import { UserError } from "../../base/problem.ts";

/** What the control before the first window found: figures of this service would be wrong. It ends the run. */
export class ControlFailure extends UserError {}
