/** Frames of the host, checked: what is none is refused with a reason, and nothing of it is shown. */
import { isSweepFrame } from "../../src/shared/guards/isSweepFrame.generated";
import type { SweepFrame } from "../../src/shared/wire/sweepProtocol";

/**
 * Numbers that went by their names, because JSON has none of them, are put back in place: `data` changes.
 * @throws Error that says where it is wrong
 */
export function readSweepFrame(data: unknown): SweepFrame {
  if (isSweepFrame(data)) return data;
  throw new Error(`a message that is malformed at "${isSweepFrame.errors?.[0]?.instancePath ?? ""}"`);
}
