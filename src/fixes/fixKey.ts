import type { Fix } from "../shared/wire/findings";

/** Equal for fixes that change the same. */
export function keyOf({ edits }: Pick<Fix, "edits">): string {
  return JSON.stringify(edits.map(({ path, value }) => [path, value ?? null, value === undefined]));
}
