import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../../scripts/paths.mjs";
import type { FollowedFolder } from "../../../src/externalRuns/followedFolder";
import { decodePayload, encodePayload } from "../../../src/runs/format/payload";
import { encodeFrame, encodeHead, HEAD_BYTES, readFrames } from "../../../src/runs/format/frames";

/** Written by the probe itself: four steps, every second one captured. */
export const PROBE_FILE = new Uint8Array(readFileSync(join(ROOT, "test/fixtures/probe/small.rnnrun")));

const frames = [...readFrames(PROBE_FILE, HEAD_BYTES)];

/** The same run under another name, with as many scalars as there are losses, without captures. */
export function probeFile(name: string, losses: readonly number[], startedAt: number, hasEnd = true): Uint8Array {
  const first = decodePayload(frames[0]!.payload)!;
  const end = decodePayload(frames.at(-1)!.payload)!;
  const scalars = { first: 0, rows: losses.length, names: ["lr", "loss"] };
  const columns = { "0": Float64Array.from(losses, () => 0.1), "1": Float64Array.from(losses) };
  return Buffer.concat([
    encodeHead(),
    encodeFrame("PROB", encodePayload({ ...(first.value as object), name, startedAt })),
    ...(losses.length === 0 ? [] : [encodeFrame("SCAL", encodePayload(scalars, columns))]),
    ...(hasEnd ? [encodeFrame("DONE", encodePayload({ ...(end.value as object), iterations: losses.length }))] : []),
  ]);
}

/** One more frame, as the writer appends them. */
export function moreScalars(first: number, losses: readonly number[]): Uint8Array {
  return encodeFrame(
    "SCAL",
    encodePayload({ first, rows: losses.length, names: ["loss"] }, { "0": Float64Array.from(losses) }),
  );
}

/** Resolves when the condition holds, now or after a change. The time limit of the test is the only one. */
export function until(followed: FollowedFolder, condition: () => boolean): Promise<void> {
  if (condition()) return Promise.resolve();
  return new Promise((resolve) => {
    const listener = followed.onDidChange(() => {
      if (!condition()) return;
      listener.dispose();
      resolve();
    });
  });
}
