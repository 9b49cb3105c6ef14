/**
 * Stops runs of a sweep folder early. Whoever trains a run judges it, by what the files of all runners hold at the
 * moment: nobody has to be there who decides. What was decided once holds, also for a runner that goes on from an
 * earlier checkpoint.
 */
import type { SweepStopping } from "../config/schema/schema";
import { TrialStopper, type RungReport } from "../sweepPlan/stopping";
import type { JudgedRung } from "./results";

export class RungJudge {
  private readonly stopper: TrialStopper;
  /** Of runs that were to stop, where and why. */
  private readonly stops = new Map<number, JudgedRung>();

  constructor(stopping: SweepStopping) {
    this.stopper = new TrialStopper(stopping);
  }

  /** A rung of any runner. */
  note(rung: JudgedRung): void {
    this.stopper.note(rung);
    if (rung.stopped !== null) this.stops.set(rung.index, rung);
  }

  /** After all rungs so far were noted. @returns why the run is to stop, and whether that is to be written down */
  judge(report: RungReport): { readonly stopped: string | null; readonly isNew: boolean } {
    const stop = this.stops.get(report.index);
    if (this.stopper.knows(report))
      return { stopped: stop?.iteration === report.iteration ? stop.stopped : null, isNew: false };
    return { stopped: this.stopper.judge(report), isNew: true };
  }
}
