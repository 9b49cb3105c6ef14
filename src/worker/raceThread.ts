/** The thread beside a run: one comparison of cell types, or one range test. It is ended from outside. */
import "./language";
import "./memoryLimit";
import "./vectorWidth";
import { parentPort } from "node:worker_threads";
import { RateTestRun } from "../core/analysis/rateTest";
import type { CreateNetwork } from "../core/network/network";
import { CellRaceRun } from "../core/race/cellRace";
import { openFiles } from "../files/openTable";
import { createWasmNetwork } from "../kernel/wasmNetwork";
import type { RaceReport, RaceRequest, RateTestReport } from "../threads/raceMessages";
import { describeError } from "../lib/outsideText";

/** Training of one lane before the next has its turn. */
const TURN_MS = 10;
const REPORT_INTERVAL_MS = 200;

const port = parentPort;
if (port === null) {
  throw new Error("dist/race.js must be started as a worker thread.");
}
const post = (report: RaceReport | RateTestReport): void => port.postMessage(report);
const kernel: CreateNetwork = (spec, capacity) => createWasmNetwork(spec, capacity);

port.once("message", ({ type, experiment, files }: RaceRequest) => {
  try {
    const opened = openFiles(files);
    if (type === "race") race(new CellRaceRun(experiment, opened, () => performance.now(), kernel));
    else testRates(new RateTestRun(experiment, { files: opened, kernel }));
  } catch (error) {
    post({ type: "failed", message: describeError(error) });
  }
});

function race(run: CellRaceRun): void {
  post({ type: "planned", experiments: run.experiments });
  post({ type: "race", race: run.state() });
  reportWhile(
    () => run.advance(TURN_MS),
    () => post({ type: "race", race: run.state() }),
  );
  post({ type: "race", race: run.state() });
}

function testRates(run: RateTestRun): void {
  reportWhile(
    () => run.advance(),
    () => post({ type: "rateTest", test: run.result(), isDone: false }),
  );
  post({ type: "rateTest", test: run.result(), isDone: true });
}

function reportWhile(advance: () => boolean, report: () => void): void {
  let reportedAt = performance.now();
  while (advance()) {
    if (performance.now() - reportedAt < REPORT_INTERVAL_MS) continue;
    reportedAt = performance.now();
    report();
  }
}
