import type { CtrnnSpec } from "../../../src/shared/trace/ctrnnSpec";

/** Of a leaky network without noise and constraints, with a smooth nonlinearity. */
export function leakySpec(changes: Partial<CtrnnSpec> = {}): CtrnnSpec {
  return {
    form: "rate",
    nonlinearity: "tanh",
    alpha: 0.3,
    learnedTau: false,
    noise: 0,
    inputNoise: 0,
    connections: { excitatory: null, connectivity: 1, seed: 1 },
    rateL2: 0,
    weightL2: 0,
    ...changes,
  };
}
