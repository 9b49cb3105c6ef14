/**
 * What is wrong with a run, out of the rows it records. Costs a few comparisons a row; a few hundred rows are looked at
 * closely.
 */
import type { Experiment } from "../config/schema/schema";
import type { Finding } from "../shared/wire/findings";
import { COLUMN, type ColumnSpec } from "../shared/trace/trace";
import { clippedTooOften } from "./clippedTooOften";
import { deadRelu } from "./deadRelu";
import { exploding } from "./exploding";
import { History } from "./history";
import { learningRateTooHigh } from "./learningRateTooHigh";
import { limitCycle } from "./limitCycle";
import { lossNotFinite, weightsNotFinite } from "./notFinite";
import { notDecreasing } from "./notDecreasing";
import type { CreateRule, Rule } from "./rule";
import type { RunEnd, Sample } from "./row";
import { collectFacts } from "./runFacts";
import { saturated } from "./saturated";
import { updateRatio } from "./updateRatio";
import { vanishing } from "./vanishing";

/** The most telling first. */
const RULES: readonly CreateRule[] = [
  lossNotFinite,
  weightsNotFinite,
  exploding,
  vanishing,
  limitCycle,
  learningRateTooHigh,
  updateRatio,
  clippedTooOften,
  saturated,
  deadRelu,
  notDecreasing,
];

/** Samples at one distance; then the distance doubles, so that a run of any length has a few hundred. */
const SAMPLES_PER_DISTANCE = 32;

export interface Diagnosis {
  /** Looks at a row that is complete, its update included; a row that it has seen already, or -1, is passed over. */
  observe(columns: readonly Float64Array[], row: number): void;
  findings(end: RunEnd): Finding[];
}

/** What a diagnosis needs to know of a trainer. */
export interface DiagnosedRun {
  readonly columns: readonly ColumnSpec[];
  readonly dataset: { readonly timeSteps: number };
  readonly batchesPerEpoch: number;
}

export function createDiagnosis(experiment: Experiment, run: DiagnosedRun): Diagnosis {
  const facts = collectFacts(experiment, run.dataset.timeSteps, run.batchesPerEpoch === 1);
  const rules = RULES.map((create) => create(facts)).filter((rule) => rule !== null);
  const observers = rules.filter((rule): rule is Rule & Required<Pick<Rule, "observe">> => rule.observe !== undefined);
  const samplers = rules.filter((rule): rule is Rule & Required<Pick<Rule, "sample">> => rule.sample !== undefined);
  const history = new History();
  const places = new Map(run.columns.map((column, index) => [column.name, { index, length: column.length }]));
  const indexOf = (name: string): number => places.get(name)?.index ?? -1;
  const at = {
    iteration: indexOf(COLUMN.iteration),
    loss: indexOf(COLUMN.loss),
    gradientNorm: indexOf(COLUMN.gradientNorm),
    clippedNorm: indexOf(COLUMN.clippedNorm),
    updateRatio: indexOf(COLUMN.updateRatio),
  };

  let source: readonly Float64Array[] = [];
  let sourceRow = 0;
  let distance = 1;
  let untilSample = 0;
  let samples = 0;
  // One object that every row overwrites.
  const current = {
    iteration: -1,
    loss: NaN,
    gradientNorm: NaN,
    clippedNorm: NaN,
    updateRatio: 0,
    weight: 1,
    vector(name: string): Float64Array | null {
      const place = places.get(name);
      return place === undefined
        ? null
        : source[place.index]!.subarray(sourceRow * place.length, (sourceRow + 1) * place.length);
    },
  };
  const sample = (): Sample => current;

  return {
    observe(columns, row) {
      if (row < 0) return;
      const iteration = columns[at.iteration]![row]!;
      if (iteration === current.iteration) return;
      source = columns;
      sourceRow = row;
      current.iteration = iteration;
      current.loss = columns[at.loss]![row]!;
      current.gradientNorm = columns[at.gradientNorm]![row]!;
      current.clippedNorm = columns[at.clippedNorm]![row]!;
      current.updateRatio = columns[at.updateRatio]![row]!;
      history.add(current);
      for (const rule of observers) rule.observe(current, sample);
      if (untilSample-- > 0) return;
      current.weight = distance;
      for (const rule of samplers) rule.sample(current);
      if (++samples % SAMPLES_PER_DISTANCE === 0) distance *= 2;
      untilSample = distance - 1;
    },

    findings(end) {
      if (history.rows === 0) return [];
      const found = rules.map((rule) => rule.conclude(history, end)).filter((finding) => finding !== null);
      // Units that are dead or saturated pass no gradient: that it vanishes then says the same again.
      const blocked = found.some(({ rule }) => rule === "dead-relu" || rule === "saturated");
      return found.filter(
        ({ rule, configPath }) => !(blocked && rule === "vanishing" && configPath === facts.stepPath),
      );
    },
  };
}
