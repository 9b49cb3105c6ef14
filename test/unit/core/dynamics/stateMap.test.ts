import { describe, expect, it } from "vitest";
import { StateMap } from "../../../../src/core/dynamics/stateMap";
import type { NetworkSpec } from "../../../../src/core/network/network";
import { parameterCountOf, parameterLayout } from "../../../../src/shared/trace/networkSpec";
import { leakySpec } from "../leaky";
import { randomNumbers, specOf } from "./maps";

const CELLS: readonly Partial<NetworkSpec>[] = [
  { cell: "linear" },
  { cell: "rnn" },
  { cell: "gru" },
  { cell: "lstm" },
  { cell: "lstm", learnedInitialState: true },
  { cell: "lstm-variant", lstm: { peephole: true, layerNorm: false } },
  { cell: "lstm-variant", lstm: { peephole: true, layerNorm: true } },
  { cell: "lstm-coupled", lstm: { peephole: true, layerNorm: false } },
  { cell: "lstm-coupled", lstm: { peephole: false, layerNorm: true } },
  { cell: "lstm-variant", lstm: { peephole: false, layerNorm: false, projSize: 2 } },
  { cell: "lstm-coupled", lstm: { peephole: true, layerNorm: true, projSize: 1 }, learnedInitialState: true },
  { cell: "ctrnn", ctrnn: leakySpec({ learnedTau: true }) },
  { cell: "ctrnn", ctrnn: leakySpec({ form: "leak-inside", nonlinearity: "softplus" }) },
  { cell: "ctrnn-current", ctrnn: leakySpec({ form: "current" }) },
  { cell: "mingru" },
  { cell: "mingru", variant: "log-space" },
  { cell: "minlstm" },
  { cell: "minlstm", variant: "log-space" },
  { cell: "lru" },
  { cell: "rglru" },
  { cell: "slstm" },
  { cell: "slstm", slstm: { heads: 3, forgetGate: "exponential" } },
];

describe.each(CELLS.flatMap((cell) => [1, 3].map((numLayers) => ({ ...cell, numLayers }))))(
  "the map of $cell with $numLayers layers",
  (changes) => {
    const spec = specOf({ ...changes, inputSize: 2, hiddenSize: 3, bias: true });
    const map = new StateMap(spec, randomNumbers(parameterCountOf(parameterLayout(spec)), 1, 0.7));
    const n = map.size;
    const h = randomNumbers(n, 2, 0.5);
    const x = randomNumbers(2, 3);

    it("has the Jacobians that central differences have", () => {
      const { next, jacobian, inputJacobian } = map.linearize(h, x);
      expect(Array.from(next)).toEqual(Array.from(map.step(h, x)));
      const e = 1e-5;
      const moved = (values: Float64Array, j: number, by: number) => values.map((v, i) => v + (i === j ? by : 0));
      for (let j = 0; j < n + 2; j++) {
        const ahead = j < n ? map.step(moved(h, j, e), x) : map.step(h, moved(x, j - n, e));
        const behind = j < n ? map.step(moved(h, j, -e), x) : map.step(h, moved(x, j - n, -e));
        for (let i = 0; i < n; i++) {
          const exact = j < n ? jacobian[i * n + j]! : inputJacobian[i * 2 + j - n]!;
          expect(Math.abs((ahead[i]! - behind[i]!) / (2 * e) - exact)).toBeLessThan(1e-8);
        }
      }
    });

    it("steps several states as it does each", () => {
      const other = randomNumbers(n, 4, 0.5);
      const both = map.step(Float64Array.from([...h, ...other]), x);
      expect(Array.from(both)).toEqual([...map.step(h, x), ...map.step(other, x)]);
    });
  },
);
