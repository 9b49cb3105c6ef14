/** The thread beside a run: one comparison of cell types, or one range test. It is ended from outside. */
import "./language";
import "./memoryLimit";
import "./vectorWidth";
import { parentPort, workerData } from "node:worker_threads";
import { planRateTest } from "../config/facts/rateTestPlan";
import { RateTestRun } from "../core/analysis/rateTest";
import type { CreateNetwork } from "../core/network/network";
import { CellRaceRun } from "../core/race/cellRace";
import { openFiles } from "../files/openTable";
import { createWasmNetwork } from "../kernel/wasmNetwork";
import type { RaceReport, RaceRequest, RateTestReport } from "../threads/raceMessages";
import { describeError } from "../lib/outsideText";
import { prepareVectors } from "./wideVectors";

/** Training of one lane before the next has its turn. */
const TURN_MS = 10;
const REPORT_INTERVAL_MS = 200;

const port = parentPort;
if (port === null) {
  throw new Error("dist/race.js must be started as a worker thread.");
}
const post = (report: RaceReport | RateTestReport): void => port.postMessage(report);
const kernel: CreateNetwork = (spec, capacity) => createWasmNetwork(spec, capacity);

function start({ type, experiment, files }: RaceRequest): void {
  const opened = openFiles(files);
  if (type === "race") {
    // As the lanes are computed that take longest.
    prepareVectors({ ...experiment, model: { ...experiment.model, cell: "lstm" } }, opened);
    race(new CellRaceRun(experiment, opened, () => performance.now(), kernel));
  } else {
    prepareVectors(planRateTest(experiment), opened);
    testRates(new RateTestRun(experiment, { files: opened, kernel }));
  }
}

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

try {
  start(workerData as RaceRequest);
} catch (error) {
  post({ type: "failed", message: describeError(error) });
}
