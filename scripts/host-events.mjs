// @ts-check
/** Follows the results file that test/host/index.ts writes. */
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/**
 * @typedef {import("../test/host/index").HostTestEvent} HostTestEvent
 */

/**
 * Gives each event once, as it comes, up to the last one or until there is a reason to stop.
 * @param {string} file
 * @param {() => boolean} stop asked between two looks at the file
 * @returns {AsyncGenerator<HostTestEvent, void>}
 */
export async function* followEvents(file, stop) {
  let read = 0;
  for (;;) {
    // Asked before the look: what was written until then is not lost.
    const last = stop();
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
    for (const line of lines.slice(read)) {
      const event = /** @type {HostTestEvent} */ (JSON.parse(line));
      yield event;
      if (event.type === "end" || event.type === "broken") return;
    }
    read = lines.length;
    if (last) return;
    await delay(100);
  }
}
