/** The run of the host in the page: the real trainer, with what a session keeps of it. */
import * as l10n from "@vscode/l10n";
import type { Experiment } from "../../src/config/schema/schema";
import { baselinesOf } from "../../src/core/analysis/baselines/baselines";
import { chooseSurfaceRanges, computeLossSurface } from "../../src/core/analysis/lossSurface";
import { MetricsLog } from "../../src/core/training/metricsLog";
import { createTrainer, type Trainer } from "../../src/core/training/trainer";
import { createDiagnosis, type Diagnosis } from "../../src/diagnosis/diagnosis";
import { finishWork } from "../../src/lib/slicedTask";
import type { Baseline } from "../../src/shared/wire/baselines";
import { ScalarSeries } from "../../src/shared/trace/scalarSeries";
import { COLUMN, vectorColumn, type LossSurface, type TraceHeader, type TraceRows } from "../../src/shared/trace/trace";
import { boundedCapacity, TraceBuffer } from "../../src/shared/trace/traceBuffer";
import type { Ghost } from "../../src/shared/wire/protocol";
import type { RunIdentity } from "../../src/shared/wire/runIdentity";
import { ParameterHistory } from "../../src/worker/parameterHistory";

const SURFACE_POINTS = 81;
const MAX_ROWS = 4096;
const MAX_BYTES = 2 ** 25;

export interface FakeRun {
  readonly experiment: Experiment;
  readonly trainer: Trainer;
  readonly history: ParameterHistory;
  readonly header: TraceHeader;
  readonly all: TraceBuffer;
  readonly fresh: TraceBuffer;
  readonly metrics: MetricsLog;
  readonly scalars: ScalarSeries;
  readonly diagnosis: Diagnosis;
  readonly baselines: readonly Baseline[];
  /** Of models with two parameters. */
  readonly surface: LossSurface | null;
}

/** @param data the text of the data file that the experiment names, if it names one */
export function startRun(experiment: Experiment, runId: string, data: string | null): FakeRun {
  const trainer = createTrainer(experiment, { files: { data, weights: null }, scoresEveryStep: true });
  const header = trainer.header(runId, "0123456789abcdef");
  // A clock that never advances: each row is kept.
  const history = new ParameterHistory(trainer, 1, () => 0);
  return {
    experiment,
    trainer,
    history,
    header,
    all: new TraceBuffer(header.columns, mostRows(header)),
    fresh: new TraceBuffer(header.columns, mostRows(header)),
    metrics: new MetricsLog(header.columns),
    scalars: new ScalarSeries(header.columns),
    diagnosis: createDiagnosis(experiment, trainer),
    baselines: finishWork(baselinesOf({ dataset: trainer.dataset, loss: trainer.loss, experiment })),
    surface: trainer.parameterCount === 2 ? surfaceOf(trainer, runId) : null,
  };
}

export function runIdentityOf(run: FakeRun | null): RunIdentity | null {
  if (run === null) return null;
  const number = numberOf(run);
  return { number, name: l10n.t("run {0}", number) };
}

function numberOf({ header }: FakeRun): number {
  return Number(header.runId.replace("run-", ""));
}

/** What the page shows of an earlier run. */
export function ghostOf(run: FakeRun): Ghost {
  takeScalars(run);
  return {
    runId: run.header.runId,
    number: numberOf(run),
    label: l10n.t("run {0}", run.header.runId.replace("run-", "")),
    iteration: copyOf(run.scalars.column(COLUMN.iteration)),
    loss: copyOf(run.scalars.column(COLUMN.loss)),
    ...(run.surface === null ? {} : { path: copyOf(run.all.column(vectorColumn.parameters)) }),
  };
}

function mostRows(header: TraceHeader): number {
  return boundedCapacity(header.columns, MAX_ROWS, MAX_BYTES);
}

function surfaceOf(trainer: Trainer, runId: string): LossSurface {
  const ranges = chooseSurfaceRanges(trainer.parameters());
  return computeLossSurface(trainer, runId, ranges.x, ranges.y, SURFACE_POINTS, SURFACE_POINTS);
}

/** The scalars since the last call, which go into the series of the run as well. */
export function takeScalars({ metrics, scalars }: FakeRun): TraceRows {
  const rows = metrics.take();
  scalars.append(rows);
  return rows;
}

/** Evaluates rows up to and including `iteration`. */
export function trainTo(run: FakeRun, iteration: number): { run: FakeRun; result: string } {
  let result = "running";
  const { trainer, history, all, fresh } = run;
  while (result === "running" && trainer.iteration <= iteration) {
    const one = new TraceBuffer(run.header.columns, 8);
    const { iteration: reached } = trainer;
    result = trainer.step(one);
    const rows = one.snapshot();
    history.inspect(0);
    history.observe();
    history.follow(rows);
    run.diagnosis.observe(reached, trainer.metrics);
    run.diagnosis.sample(one.columns, 0);
    all.append(rows);
    fresh.append(rows);
    run.metrics.add(reached, trainer.metrics);
  }
  return { run, result };
}

function copyOf(values: Float64Array | null): Float64Array<ArrayBuffer> {
  return new Float64Array(values ?? []);
}
