import { registry, type Registry } from "../../base/registry.ts";
import type { ProcessorKind } from "../kinds.ts";
import { batch } from "./batch.ts";
import { module } from "./module.ts";
import { simple } from "./simple.ts";

export const processors: Registry<ProcessorKind> = registry<ProcessorKind>("processor", [batch, simple, module]);
