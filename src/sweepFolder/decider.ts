/**
 * Of all that follow a sweep at once, one decides and writes the journal. It has the claim whose index comes after
 * those of the trials, by the same rules.
 */
import { setTimeout as wait } from "node:timers/promises";
import * as l10n from "@vscode/l10n";
import { writeLease } from "../runs/lease";
import { ownPlace } from "../runs/processPlace";
import { runnerLeasePath } from "./folderNames";
import { SweepFolderError, type SweepFolder } from "./planFile";
import { Runner } from "./runner";

const BEAT_MS = 2000;
const LOOK_AGAIN_MS = 200;
/** One of the same window ends within this time when it is told to. */
const PATIENCE_MS = 2000;

export class Decider {
  private readonly beats: NodeJS.Timeout;
  private beat = 0;

  private constructor(
    private readonly folder: SweepFolder,
    private readonly runner: Runner,
    private readonly generation: number,
  ) {
    const path = runnerLeasePath(folder.path, runner.id);
    const place = ownPlace();
    // A folder that does not answer is tried again with the next beat.
    this.beats = setInterval(
      () => void writeLease(path, { ...place, beat: ++this.beat }).catch(() => {}),
      BEAT_MS,
    ).unref();
  }

  /**
   * Waits until it is known whether one on another machine lives.
   * @throws SweepFolderError when another process decides
   */
  static async take(folder: SweepFolder, signal: AbortSignal): Promise<Decider> {
    const runner = new Runner(folder.path);
    try {
      for (const startedAt = performance.now(); ;) {
        const claim = await runner.take(folder.read.info.trials, () => Promise.resolve(false));
        if (claim !== "done" && "generation" in claim) return new Decider(folder, runner, claim.generation);
        const { machine, state } = claim === "done" ? { machine: "", state: "gone" } : claim.holder;
        if (state === "lives" && performance.now() - startedAt > PATIENCE_MS)
          throw new SweepFolderError(
            l10n.t("Another process, on {0}, follows this sweep and decides on its runs. End that one first.", machine),
          );
        await wait(LOOK_AGAIN_MS, null, { signal });
      }
    } catch (error) {
      runner.dispose();
      throw error;
    }
  }

  /** Another process may decide from now on. */
  dispose(): void {
    clearInterval(this.beats);
    this.runner.release(this.folder.read.info.trials, this.generation);
    this.runner.dispose();
  }
}
