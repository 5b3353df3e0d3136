import type { Command } from "commander";
import { UserError } from "../base/problem.ts";

/**
 * Throws a `UserError` where options were given that would do nothing: all but those of `used`. `why` says what they
 * would need; `idle` names what else was given in vain.
 */
export function refuseIdle(command: Command, used: readonly string[], why: string, idle: readonly string[] = []): void {
  const given = command.options.filter((option) => command.getOptionValueSource(option.attributeName()) === "cli");
  const names = [...idle, ...given.flatMap(({ long }) => (long === undefined || used.includes(long) ? [] : long))];
  if (names.length > 0) throw new UserError(`${names.join(", ")}: without effect ${why}`);
}
