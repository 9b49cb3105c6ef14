import { describe, expect, test } from "vitest";
import { createWasmNetwork } from "../../../src/kernel/wasmNetwork";
import { specOf, VARIANTS } from "./support";

const POINTS = Float64Array.from(
  [...Array.from({ length: 24001 }, (_, i) => (i - 12000) / 600), 1e-30, -1e-8, 1e-4, 100, -1e30, Infinity, -Infinity],
  Math.fround,
);

describe.each(VARIANTS)("activations of the %s SIMD build", (variant) => {
  test("tanh is within 4e-7 of the exact value, relative to it as well", () => {
    const network = createWasmNetwork(
      specOf("rnn", { inputSize: 1, hiddenSize: 1, bias: false, readout: "state" }),
      null,
      { variant },
    );
    network.writeParameters(Float64Array.of(1, 0));
    const outputs = network.forward(POINTS, POINTS.length, 1, null);
    let worst = 0;
    POINTS.forEach((x, i) => {
      const exact = Math.tanh(x);
      worst = Math.max(worst, exact === 0 ? Math.abs(outputs[i]!) : Math.abs(outputs[i]! / exact - 1));
    });
    expect(worst).toBeLessThan(4e-7);
  });

  test("the logistic function is within 3e-7 of the exact value", () => {
    const network = createWasmNetwork(
      specOf("gru", { inputSize: 1, hiddenSize: 1, bias: false, readout: "state" }),
      null,
      { variant },
    );
    network.writeParameters(Float64Array.of(1, 0, 0, 0, 0, 0));
    network.forward(POINTS, POINTS.length, 1, null);
    const gate = new Float64Array(POINTS.length);
    network.readGate(0, "r", null, gate);
    const worst = Math.max(...POINTS.map((x, i) => Math.abs(gate[i]! - 1 / (1 + Math.exp(-x)))));
    expect(worst).toBeLessThan(3e-7);
  });
});
