/** The states along sequences of the data, in their first three principal components. */
import type { RunSnapshot } from "../analysis/runSnapshot";
import type { Trajectories } from "../../shared/trace/dynamics";
import type { SlicedTask } from "../../lib/slicedTask";
import { principalAxes, project } from "./principalAxes";
import { visitStates, type Visited } from "./visitedStates";

export function* analyzeTrajectories(snapshot: RunSnapshot): SlicedTask<Trajectories> {
  return yield* trajectoriesOf(yield* visitStates(snapshot), snapshot);
}

export function* trajectoriesOf(visited: Visited, { trainer }: RunSnapshot): SlicedTask<Trajectories> {
  const { states, map, sequences, timeSteps, inputs, batch } = visited;
  const axes = yield* principalAxes(states, map.size);
  const { inputSize: I } = trainer.spec;
  const { targetKind, outputSteps, inputKind } = trainer.dataset;
  const isClass = targetKind === "classes" && outputSteps === 1;
  const firstOf = (row: number): number =>
    inputKind === "one-hot" ? inputs.subarray(row * I, (row + 1) * I).indexOf(1) : inputs[row * I]!;
  return {
    ...axes,
    sequences,
    timeSteps,
    places: project(axes, states),
    classes: isClass ? Array.from(batch.targets) : null,
    inputs: Float64Array.from({ length: sequences * timeSteps }, (_, row) => firstOf(row)),
  };
}
