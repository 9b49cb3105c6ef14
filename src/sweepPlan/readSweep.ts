import * as l10n from "@vscode/l10n";
import { getNodeValue } from "jsonc-parser";
import { isPlainObject } from "../config/schema/jsonSchema";
import { parseExperiment } from "../config/read/parse";
import type { Problem } from "../config/schema/problem";
import type { Experiment } from "../config/schema/schema";
import { readTree } from "../config/read/syntax";
import type { SweepInfo } from "../shared/wire/sweep";
import { sweepInfo } from "./plan";
import type { SweepJob } from "./trials";

export interface ReadSweep {
  readonly experiment: Experiment;
  readonly job: SweepJob;
  readonly info: SweepInfo;
}

/** The sweep of an experiment file, or what keeps it from being run; no problems at all: there is no sweep in it. */
export function readSweep(text: string): ReadSweep | { readonly problems: readonly Problem[] } {
  const { experiment, problems } = parseExperiment(text);
  const { root } = readTree(text);
  const file: unknown = root === null ? null : getNodeValue(root);
  if (experiment === null || experiment.sweep === null || !isPlainObject(file) || problems.length > 0)
    return { problems };
  const { seed, sweep } = experiment;
  return { experiment, job: { file, seed, sweep }, info: sweepInfo(sweep, seed) };
}

/** For a file without the block: what to write. */
export const NO_SWEEP = l10n.t(
  'This experiment has no sweep. Write one, for example "sweep": { "seeds": 20 } or "sweep": { "parameters": { "training.optimizer.learningRate": [0.001, 0.01] } }.',
);
