import type { NetworkSpec, OptimizerUpdate } from "../../../src/core/network/network";
import type { Loss } from "../../../src/config/facts/taskTraits";
import type { TimedSchedule } from "../../../src/core/optimizers/schedule";
import { readFixture } from "./support";

/** One network in PyTorch, float64: everything that goes in and everything that comes out. */
export type GoldenModel = Omit<NetworkSpec, "dropout" | "truncate"> & {
  loss: Loss;
  batch: number;
  timeSteps: number;
  parameters: Record<string, number[]>;
  gradients: Record<string, number[]>;
  input: number[];
  targets: number[];
  initialState: number[] | null;
  outputs: number[];
  lossValue: number;
  states: number[];
  stateGradients: number[];
  finalState: number[];
};
interface Golden {
  torch: string;
  models: GoldenModel[];
  optimizers: { start: number[]; gradients: number[][]; runs: { update: OptimizerUpdate; parameters: number[][] }[] };
  schedules: { schedule: TimedSchedule; rates: number[] }[];
  losses: { kind: Loss; outputs: number[]; targets: number[]; classes: number; loss: number; gradient: number[] }[];
}
/** What test/fixtures/pytorch/generate.py wrote. */
export const golden = readFixture<Golden>("pytorch/golden.json");
/** What test/fixtures/mincells/generate.py wrote: `package`, with the outputs and gradients of minGRU-pytorch. */
export const goldenMinimal = readFixture<{ models: (GoldenModel & { package: boolean })[] }>("mincells/golden.json");
