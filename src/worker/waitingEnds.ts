import type { RunFileWriter } from "../runs/runFileWriter";

/** Each has what of its run was not written: of a long one up to 92 MB, and the checkpoint. */
const MAX_ENDS = 4;

/** The recorders of this thread whose runs have ended while the disk refuses, or not long ago; the oldest first. */
export class WaitingEnds {
  private recorders: readonly RunFileWriter[] = [];

  get isEmpty(): boolean {
    return !this.recorders.some((recorder) => recorder.isEndWaiting);
  }

  /** Of a run that begins. The oldest of too many is given up: its file stays as it is. */
  add(recorder: RunFileWriter): void {
    const waiting = this.recorders.filter((other) => other.isEndWaiting);
    for (const other of waiting.slice(0, -MAX_ENDS)) {
      other.writeEnd();
      if (other.isEndWaiting) other.abandonEnd();
    }
    this.recorders = [...waiting.slice(-MAX_ENDS), recorder];
  }
}
