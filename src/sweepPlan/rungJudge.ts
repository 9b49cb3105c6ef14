/**
 * Stops runs early, and remembers which. What was decided once holds, also for a run that is trained again from an
 * earlier checkpoint or its start. In a sweep folder whoever trains a run judges it, by what the files of all runners
 * hold at the moment: nobody has to be there who decides.
 */
import type { SweepStopping } from "../config/schema/schema";
import { TrialStopper, type JudgedRung, type RungReport } from "./stopping";

export class RungJudge {
  private readonly stopper: TrialStopper;
  /** Of runs that were to stop, where and why. */
  private readonly stops = new Map<number, JudgedRung>();

  constructor(stopping: SweepStopping) {
    this.stopper = new TrialStopper(stopping);
  }

  /** Of any runner, or of a sweep that was interrupted. */
  note(rung: JudgedRung): void {
    this.stopper.note(rung);
    if (rung.stopped !== null) this.stops.set(rung.index, rung);
  }

  /** Why a run was to stop; null: it was not. */
  reasonOf(index: number): string | null {
    return this.stops.get(index)?.stopped ?? null;
  }

  /** After all rungs so far were noted. @returns why the run is to stop, and whether that is to be written down */
  judge(report: RungReport): { readonly stopped: string | null; readonly isNew: boolean } {
    const stop = this.stops.get(report.index);
    if (this.stopper.knows(report))
      return { stopped: stop?.iteration === report.iteration ? stop.stopped : null, isNew: false };
    return { stopped: this.stopper.judge(report), isNew: true };
  }
}
