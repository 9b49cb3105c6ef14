import type { Experiment } from "../../src/config/schema/schema";
import { CellRaceRun } from "../../src/core/race/cellRace";
import type { ShownRace } from "../../src/shared/wire/race";

/** Of each tick. */
const RACE_MS = 20;

/** The race of the host in the page: the real one, on the thread of the page. */
export class FakeRace {
  private race: CellRaceRun | null = null;
  private isOn = false;

  /** @param data the text of the data file that the experiment names, if it names one */
  start(experiment: Experiment, data: string | null): void {
    this.race = new CellRaceRun(experiment, { data, weights: null }, () => performance.now(), null);
    this.isOn = true;
  }

  stop(): void {
    this.isOn = false;
  }

  /** Trains for a part of a tick. Returns whether there is something new. */
  advance(): boolean {
    if (!this.isOn || this.race === null) return false;
    this.isOn = this.race.advance(RACE_MS);
    return true;
  }

  /** @param inFile the cell of the experiment file */
  state(inFile: Experiment["model"]["cell"] | null): ShownRace | null {
    const race = this.race?.state() ?? null;
    if (race === null) return null;
    return { ...race, ...(race.phase === "running" && !this.isOn ? { phase: "stopped" } : {}), inFile };
  }
}
