import { registry, type AnyKind } from "../../base/registry.ts";
import type { TargetKind } from "../kinds.ts";
import { bare } from "./bare.ts";
import { command } from "./command.ts";
import { express } from "./express.ts";
import { ordersChain } from "./orders-chain.ts";
import { orders } from "./orders.ts";

export const targets = registry<AnyKind<TargetKind>>("target", [orders, ordersChain, express, bare, command]);
