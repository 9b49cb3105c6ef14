import { join } from "node:path";
import type { Disposable } from "../lib/dispose";
import type { MemoryBudget } from "../lib/memoryBudget";
import type { ThreadPlace } from "../threads/carriers/threadPlace";
import { RaceSession } from "./raceSession";
import { RateTestSession } from "./rateTestSession";
import { SeedSession } from "./seedSession";
import type { SessionEvent } from "./sessionEvent";
import type { SessionFile } from "./sessionFile";

/** What trains beside the run of an experiment, in threads of its own, for as long as the file is about it. */
export class BesideRun implements Disposable {
  readonly race: RaceSession;
  readonly rateTest: RateTestSession;
  readonly seeds: SeedSession;

  /** @param scripts folder of the scripts of threads */
  constructor(scripts: string, onDidChange: (event: SessionEvent) => void, budget: MemoryBudget, place?: ThreadPlace) {
    const racePath = join(scripts, "race.js");
    this.race = new RaceSession(racePath, () => onDidChange({ kind: "race" }), budget, place);
    this.rateTest = new RateTestSession(racePath, () => onDidChange({ kind: "rateTest" }), budget, place);
    this.seeds = new SeedSession(join(scripts, "sweep.js"), () => onDidChange({ kind: "seeds" }), budget, place);
  }

  /** The file has changed. */
  follow({ configHash, experiment }: SessionFile): void {
    this.race.follow(configHash);
    this.rateTest.follow(experiment ?? null);
    this.seeds.follow(configHash);
  }

  dispose(): void {
    for (const one of [this.race, this.rateTest, this.seeds]) one.dispose();
  }
}
