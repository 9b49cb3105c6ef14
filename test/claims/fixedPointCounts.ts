/** How many fixed points a network has, and whether their outputs differ. */
import type { Experiment } from "../../src/config/schema/schema";
import { createSnapshot } from "../../src/core/analysis/runSnapshot";
import { analyzeFixedPoints } from "../../src/core/dynamics/fixedPoints";
import { createReferenceNetwork } from "../../src/core/engine/referenceNetwork";
import type { Trainer } from "../../src/core/training/trainer";
import { finishWork } from "../../src/lib/slicedTask";

/** What a search for fixed points without input found. */
export interface FixedPointCounts {
  readonly iteration: number;
  readonly stable: number;
  readonly saddles: number;
  /** Different signs of the outputs at the stable points: "+-+". */
  readonly signs: readonly string[];
}

/** Without input, with the parameters that the network has now. */
export function countFixedPoints(experiment: Experiment, trainer: Trainer): Omit<FixedPointCounts, "iteration"> {
  const { iteration, spec } = trainer;
  const parameters = trainer.parameters();
  const snapshot = createSnapshot(experiment, trainer, { iteration, parameters });
  const { points, input } = finishWork(analyzeFixedPoints(snapshot, null, () => {}));
  const stable = points.filter(({ kind }) => kind === "stable");
  const network = createReferenceNetwork(spec);
  network.writeParameters(parameters);
  const signsAt = (state: Float64Array): string => {
    network.writeInitialState(state);
    // The state stays, so that the output of the next step is that of the point.
    return [...network.forward(input, 1, 1, null)].map((output) => (output > 0 ? "+" : "-")).join("");
  };
  return {
    stable: stable.length,
    saddles: points.filter(({ kind }) => kind === "saddle").length,
    signs: [...new Set(stable.map(({ state }) => signsAt(state)))],
  };
}
