/**
 * What is wrong with a run, out of the scalars of every iteration and of traced rows. An iteration costs a few
 * comparisons; a few hundred rows are looked at closely.
 */
import type { Evidence } from "../core/analysis/evidence";
import type { Experiment } from "../config/schema/schema";
import type { Finding } from "../shared/wire/findings";
import { COLUMN, OPTIONAL_COLUMN, type ColumnSpec, type EngineName } from "../shared/trace/trace";
import { byCause } from "./causes";
import { clippedTooOften } from "./clippedTooOften";
import { contradictoryTargets, padding, unscaledTargets } from "./dataRules";
import { deadRelu } from "./deadRelu";
import { exploding } from "./exploding";
import { History } from "./history";
import { labelNoise } from "./labelNoise";
import { learningRateTooHigh } from "./learningRateTooHigh";
import { limitCycle } from "./limitCycle";
import { linearLayers } from "./linearLayers";
import { lossNotFinite, weightsNotFinite } from "./notFinite";
import { notDecreasing } from "./notDecreasing";
import { lastValueOnly, meanOnly, memoryless } from "./onlyBaseline";
import { outcomeOf } from "./outcome";
import { overfitting } from "./overfitting";
import type { CreateRule, Rule } from "./rule";
import type { RunEnd, Sample, Scalars } from "./row";
import { collectFacts } from "./runFacts";
import { saturated } from "./saturated";
import { updateRatio } from "./updateRatio";
import { vanishing } from "./vanishing";
import { vanishingInDepth } from "./vanishingInDepth";

const RULES: readonly CreateRule[] = [
  lossNotFinite,
  weightsNotFinite,
  exploding,
  vanishing,
  vanishingInDepth,
  limitCycle,
  learningRateTooHigh,
  updateRatio,
  clippedTooOften,
  saturated,
  deadRelu,
  linearLayers,
  notDecreasing,
  overfitting,
  meanOnly,
  lastValueOnly,
  memoryless,
  contradictoryTargets,
  unscaledTargets,
  labelNoise,
  padding,
];

const SCALARS = [
  COLUMN.loss,
  COLUMN.gradientNorm,
  COLUMN.clippedNorm,
  COLUMN.updateRatio,
  OPTIONAL_COLUMN.validationLoss,
  OPTIONAL_COLUMN.accuracy,
] as const;

/** Samples at one distance; then the distance doubles, so that a run of any length has a few hundred. */
const SAMPLES_PER_DISTANCE = 32;

export interface Diagnosis {
  /** The scalars of the next iteration, its update included. */
  observe(iteration: number, scalars: Scalars): void;
  /** Looks at a traced row that is complete; a row that it has seen already, or -1, is passed over. */
  sample(columns: readonly Float64Array[], row: number): void;
  /**
   * The cause first, then its effects.
   * @param evidence what is known beside the curves; rules that need it find nothing without
   */
  findings(end: RunEnd, evidence?: Evidence | null): Finding[];
}

/** What a diagnosis needs to know of a trainer. */
export interface DiagnosedRun {
  readonly columns: readonly ColumnSpec[];
  readonly dataset: { readonly timeSteps: number; readonly trainingSequences: number };
  readonly iterationsPerEpoch: number;
  /** Updates to make. */
  readonly iterations: number;
  readonly engine: EngineName;
}

/** The traced row that is looked at; one object that every row overwrites. */
class RowCursor implements Sample {
  iteration = -1;
  loss = NaN;
  gradientNorm = NaN;
  clippedNorm = NaN;
  updateRatio = 0;
  validationLoss = NaN;
  accuracy = NaN;
  weight = 1;
  private source: readonly Float64Array[] = [];
  private row = 0;
  private readonly scalars: readonly { readonly name: (typeof SCALARS)[number]; readonly index: number }[];
  private readonly iterationIndex: number;
  private readonly places: ReadonlyMap<string, { readonly index: number; readonly length: number }>;

  constructor(columns: readonly ColumnSpec[]) {
    this.places = new Map(columns.map((column, index) => [column.name, { index, length: column.length }]));
    this.iterationIndex = this.places.get(COLUMN.iteration)?.index ?? -1;
    this.scalars = SCALARS.flatMap((name) => {
      const place = this.places.get(name);
      return place === undefined ? [] : [{ name, index: place.index }];
    });
  }

  /** @returns false for the row that it stands at */
  moveTo(columns: readonly Float64Array[], row: number): boolean {
    const iteration = columns[this.iterationIndex]![row]!;
    if (iteration === this.iteration) return false;
    this.source = columns;
    this.row = row;
    this.iteration = iteration;
    for (const { name, index } of this.scalars) this[name] = columns[index]![row]!;
    return true;
  }

  vector(name: string): Float64Array | null {
    const place = this.places.get(name);
    if (place === undefined) return null;
    return this.source[place.index]!.subarray(this.row * place.length, (this.row + 1) * place.length);
  }
}

export function createDiagnosis(experiment: Experiment, run: DiagnosedRun): Diagnosis {
  const { timeSteps, trainingSequences } = run.dataset;
  const facts = {
    ...collectFacts(experiment, timeSteps, run.iterationsPerEpoch <= 1),
    iterations: run.iterations,
    sequences: trainingSequences,
    engine: run.engine,
  };
  const rules = RULES.map((create) => create(facts)).filter((rule) => rule !== null);
  const watchers = rules.filter((rule): rule is Rule & Required<Pick<Rule, "watch">> => rule.watch !== undefined);
  const samplers = rules.filter((rule): rule is Rule & Required<Pick<Rule, "sample">> => rule.sample !== undefined);
  const history = new History();
  const cursor = new RowCursor(run.columns);
  let distance = 1;
  let untilSample = 0;
  let samples = 0;

  return {
    observe(iteration, scalars) {
      history.add(iteration, scalars);
    },

    sample(columns, row) {
      if (row < 0 || !cursor.moveTo(columns, row)) return;
      for (const rule of watchers) rule.watch(cursor);
      if (untilSample-- > 0) return;
      cursor.weight = distance;
      for (const rule of samplers) rule.sample(cursor);
      if (++samples % SAMPLES_PER_DISTANCE === 0) distance *= 2;
      untilSample = distance - 1;
    },

    findings(end, evidence = null) {
      if (history.rows === 0) return [];
      const run = { history, end, evidence, outcome: outcomeOf(history, evidence) };
      return byCause(
        rules.map((rule) => rule.conclude(run)).filter((finding) => finding !== null),
        facts,
      );
    },
  };
}
