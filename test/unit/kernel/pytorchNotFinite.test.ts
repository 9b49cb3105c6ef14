import { describe, expect, test } from "vitest";
import type { Loss } from "../../../src/config/facts/taskTraits";
import { createReferenceNetwork } from "../../../src/core/engine/referenceNetwork";
import { evaluateLoss } from "../../../src/core/network/losses";
import type { Network } from "../../../src/core/network/network";
import { clampInPlace, factorOfNorm, scaleInPlace } from "../../../src/core/optimizers/clipping";
import { l2Norm } from "../../../src/core/numerics/l2Norm";
import { readFixture } from "../core/support";
import { BUILDS, createKernelNetwork, specOf } from "./support";

/** A number, or the name of one that JSON does not have. */
type Written = number | "NaN" | "Infinity" | "-Infinity";
/** What test/fixtures/pytorch/generate.py wrote. */
const golden = readFixture<{
  relu: { size: Written; inputs: Written[]; outputs: Written[]; gradient: Written[] }[];
  clips: { gradient: Written[]; norm: Written; byNorm: Written[]; byValue: Written[] }[];
  losses: { kind: Loss; outputs: Written[]; targets: number[]; loss: Written; gradient: Written[] }[];
}>("pytorch/notFinite.json");

const SPEC = specOf("rnn", { nonlinearity: "relu", inputSize: 1, hiddenSize: 1, readout: "state" });
const ENGINES: [name: string, create: () => Network][] = [
  ["the reference", () => createReferenceNetwork(SPEC)],
  ...BUILDS.map((build): [string, () => Network] => [
    `${build.floats}, ${build.variant}`,
    () => createKernelNetwork(SPEC, build),
  ]),
];

function numbersOf(written: readonly Written[]): Float64Array {
  return Float64Array.from(written, Number);
}

/** -0 counts as 0. */
function expectSame(actual: Float64Array, expected: readonly Written[]): void {
  expect(Array.from(actual, (value) => value + 0)).toEqual(Array.from(numbersOf(expected), (value) => value + 0));
}

describe.each(ENGINES)("a relu in %s", (_, create) => {
  test.each(golden.relu)("passes a gradient of $size where PyTorch's does", ({ size, inputs, outputs, gradient }) => {
    const network = create();
    const parameters = new Float64Array(network.parameterCount);
    const offsetOf = (name: string): number => network.layout.find((tensor) => tensor.name === name)!.offset;
    parameters[offsetOf("weight_ih_l0")] = 1;
    network.writeParameters(parameters);
    const passed = numbersOf(inputs).map((input) => {
      network.zeroGradients();
      expectSame(network.forward(Float64Array.of(input), 1, 1, null), [outputs[inputs.indexOf(nameOf(input))]!]);
      network.backward(Float64Array.of(Number(size)));
      network.readGradients(parameters);
      return parameters[offsetOf("bias_ih_l0")]!;
    });
    expectSame(passed, gradient);
  });
});

function nameOf(value: number): Written {
  return Number.isFinite(value) ? value : (String(value) as Written);
}

describe("what PyTorch makes of", () => {
  test.each(golden.clips)("a gradient $gradient when it clips", ({ gradient, norm, byNorm, byValue }) => {
    const values = numbersOf(gradient);
    expectSame(Float64Array.of(Math.round(l2Norm(values) * 1e5) / 1e5), [norm]);
    scaleInPlace(values, factorOfNorm(l2Norm(values), 1));
    expectSame(
      values.map((value) => Math.round(value * 1e5) / 1e5),
      byNorm,
    );
    const clamped = numbersOf(gradient);
    clampInPlace(clamped, 2);
    expectSame(clamped, byValue);
  });

  test.each(golden.losses)("$outputs in $kind with the target $targets", ({ kind, outputs, targets, ...expected }) => {
    const gradient = new Float64Array(outputs.length);
    const loss = evaluateLoss(kind, numbersOf(outputs), Float64Array.from(targets), gradient, outputs.length);
    expectSame(Float64Array.of(loss), [expected.loss]);
    expectSame(gradient, expected.gradient);
  });
});
