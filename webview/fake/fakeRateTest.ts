import { learningRateOf, RATE_RANGE } from "../../src/config/facts/rateTestPlan";
import type { Experiment } from "../../src/config/schema/schema";
import { RateTestRun } from "../../src/core/analysis/rateTest";
import type { RateTestState, ShownRateTest } from "../../src/shared/wire/rateTest";

/** Of each tick: slow enough to be seen. */
const UPDATES = 5;

/** The range test of the host in the page: the real one, on the thread of the page. */
export class FakeRateTest {
  private run: RateTestRun | null = null;
  private phase: RateTestState["phase"] = "running";

  /** @param data the text of the data file that the experiment names, if it names one */
  start(experiment: Experiment, data: string | null): void {
    this.run = new RateTestRun(experiment, { files: { data, weights: null } });
    this.phase = "running";
  }

  stop(): void {
    if (this.phase === "running") this.phase = "stopped";
  }

  /** Makes some updates. Returns whether there is something new. */
  advance(): boolean {
    if (this.run === null || this.phase !== "running") return false;
    for (let k = 0; k < UPDATES && this.phase === "running"; k++) if (!this.run.advance()) this.phase = "done";
    return true;
  }

  /** @param experiment what the file says now */
  state(experiment: Experiment | null): ShownRateTest | null {
    if (this.run === null || experiment === null) return null;
    const inFile = learningRateOf(experiment);
    return { phase: this.phase, message: null, ...RATE_RANGE, test: this.run.result(), inFile };
  }
}
