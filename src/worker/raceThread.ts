/** The thread of a cell race: one race, from start to end. It is ended from outside. */
import "./language";
import "./memoryLimit";
import "./vectorWidth";
import { parentPort } from "node:worker_threads";
import { CellRaceRun } from "../core/race/cellRace";
import { createWasmNetwork } from "../kernel/wasmNetwork";
import type { RaceReport, RaceRequest } from "../threads/raceMessages";
import { describeError } from "../lib/outsideText";

/** Training of one lane before the next has its turn. */
const TURN_MS = 10;
const REPORT_INTERVAL_MS = 200;

const port = parentPort;
if (port === null) {
  throw new Error("dist/race.js must be started as a worker thread.");
}
const post = (report: RaceReport): void => port.postMessage(report);

port.once("message", ({ experiment, files }: RaceRequest) => {
  try {
    run(
      new CellRaceRun(
        experiment,
        files,
        () => performance.now(),
        (spec, capacity) => createWasmNetwork(spec, capacity),
      ),
    );
  } catch (error) {
    post({ type: "failed", message: describeError(error) });
  }
});

function run(race: CellRaceRun): void {
  post({ type: "planned", experiments: race.experiments });
  post({ type: "race", race: race.state() });
  let reportedAt = performance.now();
  while (race.advance(TURN_MS)) {
    if (performance.now() - reportedAt < REPORT_INTERVAL_MS) continue;
    reportedAt = performance.now();
    post({ type: "race", race: race.state() });
  }
  post({ type: "race", race: race.state() });
}
