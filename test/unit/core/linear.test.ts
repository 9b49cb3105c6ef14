import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linearBackward, linearForward, scalarLinearBackward, scalarLinearForward } from "../../../src/core/cells/linear";
import { meanSquaredError } from "../../../src/core/losses";
import type { NetworkSpec } from "../../../src/core/network";
import { createRandom } from "../../../src/core/random";
import { createReferenceNetwork } from "../../../src/core/referenceNetwork";
import { expectClose } from "./support";

const size = (max: number) => fc.integer({ min: 1, max });
const shape = fc.record({ B: size(4), T: size(6), I: size(4), H: size(5), seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }) });

/** n numbers of [-scale, scale). */
function draws(random: { double(): number }, n: number, scale = 1): Float64Array {
  return Float64Array.from({ length: n }, () => (2 * random.double() - 1) * scale);
}

describe("the linear network", () => {
  it("has the gradients of central differences at any size", () => {
    fc.assert(
      fc.property(shape, ({ B, T, I, H, seed }) => {
        const spec: NetworkSpec = { cell: "linear", nonlinearity: "tanh", inputSize: I, hiddenSize: H, numLayers: 1, bias: false, readout: "state", outputSize: H };
        const network = createReferenceNetwork(spec);
        const random = createRandom(seed);
        const parameters = draws(random, network.parameterCount, 0.9);
        const x = draws(random, B * T * I);
        const targets = draws(random, B * H);
        const outputGradient = new Float64Array(B * H);
        const lossAt = (at: Float64Array) => {
          network.writeParameters(at);
          return meanSquaredError(network.forward(x, B, T), targets, outputGradient);
        };
        lossAt(parameters);
        network.backward(outputGradient);
        const gradients = new Float64Array(network.parameterCount);
        network.readGradients(gradients);
        for (const [i, gradient] of gradients.entries()) {
          const value = parameters[i]!;
          parameters[i] = value + 1e-5;
          const above = lossAt(parameters);
          parameters[i] = value - 1e-5;
          const below = lossAt(parameters);
          parameters[i] = value;
          expectClose([(above - below) / 2e-5], [gradient], 1e-6, 1e-8);
        }
      }),
    );
  });

  it("passes its gradient on to the input", () => {
    fc.assert(
      fc.property(shape, ({ B, T, I, H, seed }) => {
        const random = createRandom(seed);
        const [wIh, wHh, x] = [draws(random, H * I), draws(random, H * H, 0.9), draws(random, B * T * I)];
        const weights = draws(random, B * (T + 1) * H);
        // L = sum of all states, each with its weight: dL/dh before the way back is the weight.
        const lossAt = (at: Float64Array) => {
          const h = new Float64Array(B * (T + 1) * H);
          linearForward(at, h, wIh, wHh, B, T, I, H);
          return { h, loss: h.reduce((sum, value, i) => sum + value * weights[i]!, 0) };
        };
        const dx = new Float64Array(x.length);
        linearBackward(x, lossAt(x).h, weights.slice(), wIh, wHh, new Float64Array(H * I), new Float64Array(H * H), dx, B, T, I, H);
        for (const i of x.keys()) {
          // L is linear in x, so the step may be large.
          const moved = x.slice();
          moved[i] = moved[i]! + 1;
          expectClose([lossAt(moved).loss - lossAt(x).loss], [dx[i]!], 1e-9, 1e-11);
        }
      }),
    );
  });

  it("is the same in its scalar form", () => {
    fc.assert(
      fc.property(shape, ({ B, T, seed }) => {
        const random = createRandom(seed);
        const [wIh, wHh, x] = [draws(random, 1, 2), draws(random, 1, 2), draws(random, B * T)];
        const start = draws(random, B * (T + 1));
        const [general, scalar] = [start.slice(), start.slice()];
        linearForward(x, general, wIh, wHh, B, T, 1, 1);
        scalarLinearForward(x, scalar, wIh[0]!, wHh[0]!, B, T);
        expectClose(scalar, general, 1e-13, 1e-15);

        const outside = draws(random, B * (T + 1));
        const [dhGeneral, dhScalar] = [outside.slice(), outside.slice()];
        const [a, b, c, d] = Array.from({ length: 4 }, () => Float64Array.of(0.5)) as [Float64Array, Float64Array, Float64Array, Float64Array];
        linearBackward(x, general, dhGeneral, wIh, wHh, a, b, null, B, T, 1, 1);
        scalarLinearBackward(x, general, dhScalar, wHh[0]!, c, d, B, T);
        expectClose(dhScalar, dhGeneral, 1e-12, 1e-14);
        expectClose([...c, ...d], [...a, ...b], 1e-11, 1e-13);
      }),
    );
  });
});

it("gradients accumulate until they are zeroed", () => {
  const network = createReferenceNetwork({ cell: "linear", nonlinearity: "tanh", inputSize: 2, hiddenSize: 3, numLayers: 1, bias: false, readout: "state", outputSize: 3 });
  network.writeParameters(draws(createRandom(7), network.parameterCount));
  const once = new Float64Array(network.parameterCount);
  const twice = new Float64Array(network.parameterCount);
  network.forward(draws(createRandom(8), 2 * 4 * 2), 2, 4);
  network.backward(draws(createRandom(9), 2 * 3));
  network.readGradients(once);
  network.backward(draws(createRandom(9), 2 * 3));
  network.readGradients(twice);
  expectClose(twice, once.map((value) => 2 * value), 1e-12);
  network.zeroGradients();
  expect(network.gradientNorm()).toBe(0);
});

it("mean squared error of equal arrays is zero, and its gradient is 2 (y - t) / n", () => {
  const gradient = new Float64Array(2);
  expect(meanSquaredError(Float64Array.of(1, 2), Float64Array.of(1, 2), gradient)).toBe(0);
  expect(meanSquaredError(Float64Array.of(1, 5), Float64Array.of(2, 2), gradient)).toBe(5);
  expect(Array.from(gradient)).toEqual([-1, 3]);
});
