import { describe, expect, it } from "vitest";
import { createTrainer } from "../../../../src/core/training/trainer";
import { TraceBuffer } from "../../../../src/shared/trace/traceBuffer";
import { copySequences } from "../../../../src/core/tasks/sequenceValues";
import { countOnesExperiment, expectClose, run } from "../support";

describe("rows", () => {
  it("describe the model before their update, and the last one has none", () => {
    const recorded = run(
      countOnesExperiment({ training: { iterations: 3, optimizer: { kind: "sgd", learningRate: 1e-7 } } }),
    );
    expect(Array.from(recorded.column("iteration"))).toEqual([0, 1, 2, 3]);
    const trainer = createTrainer(countOnesExperiment());
    const parameters = recorded.column("parameters");
    const losses = [0, 1, 2, 3].map((row) => trainer.lossAt(parameters.slice(row * 2, row * 2 + 2)));
    expect(Array.from(recorded.column("loss"))).toEqual(losses);
    const ratios = recorded.column("updateRatio");
    expect(ratios[3]).toBe(0);
    const step = Math.hypot(parameters[2]! - parameters[0]!, parameters[3]! - parameters[1]!);
    expectClose([ratios[0]!], [step / 2.5], 1e-12);
  });

  it("hold states, their gradients and the output of the inspected sequence", () => {
    const recorded = run(
      countOnesExperiment({ weights: [0.5, 0.9], training: { iterations: 1 }, trace: { sequence: 3 } }),
    );
    const { dataset, inspected, iteration } = recorded.trainer;
    expect(iteration).toBe(1);
    const input = Array.from(copySequences(dataset.inputs, 3, 4));
    expect(inspected).toEqual({ sequence: 3, inputSize: 1, input, target: [dataset.targets.at(3, 0)] });
    const states = [0];
    for (const bit of input) states.push(bit * 0.5 + states.at(-1)! * 0.9);
    expectClose(recorded.column("state.l0").subarray(0, 11), states, 1e-14);
    expect(recorded.column("output")[0]).toBe(recorded.column("state.l0")[10]);
    const last = (2 * (states[10]! - inspected.target[0]!)) / 20;
    expectClose(
      recorded.column("stateGrad.l0").subarray(0, 11),
      states.map((_, t) => last * 0.9 ** (10 - t)),
      1e-12,
    );
  });

  it("average the size of the gradient of every state over the sequences", () => {
    const recorded = run(countOnesExperiment({ training: { iterations: 1 } }));
    const { stateGradients } = createTrainer(countOnesExperiment()).captureStep();
    const values = stateGradients[0]!.values;
    const mean = Array.from(
      { length: 11 },
      (_, t) => Array.from({ length: 20 }, (_, b) => Math.abs(values[b * 11 + t]!)).reduce((a, b) => a + b) / 20,
    );
    expectClose(recorded.column("stateGradNorm.l0").subarray(0, 11), mean, 1e-14);
  });

  it("are recorded each `every` iterations and at the end", () => {
    const recorded = run(countOnesExperiment({ training: { iterations: 10 }, trace: { every: 4 } }));
    expect(Array.from(recorded.column("iteration"))).toEqual([0, 4, 8, 10]);
  });

  it("do not depend on being recorded", () => {
    const silent = createTrainer(countOnesExperiment());
    while (silent.step(null) === "running");
    expect(silent.parameters()).toEqual(run(countOnesExperiment()).trainer.parameters());
  });
});

describe("clipping", () => {
  it("by norm keeps the direction and limits the length", () => {
    const recorded = run(
      countOnesExperiment({
        training: { iterations: 1, clip: { norm: 1 }, optimizer: { kind: "sgd", learningRate: 1 } },
      }),
    );
    expect(recorded.column("gradientNorm")[0]).toBeGreaterThan(1e6);
    expectClose([recorded.column("clippedNorm")[0]!], [1], 1e-12);
    const [x0, y0, x1, y1] = recorded.column("parameters");
    const raw = recorded.trainer.gradientAt(Float64Array.of(-1.5, 2));
    expectClose([(y0! - y1!) / (x0! - x1!)], [raw[1]! / raw[0]!], 1e-9);
  });

  it("by value limits every element", () => {
    const recorded = run(
      countOnesExperiment({
        training: { iterations: 1, clip: { value: 5 }, optimizer: { kind: "sgd", learningRate: 0.1 } },
      }),
    );
    expectClose([recorded.column("clippedNorm")[0]!], [Math.hypot(5, 5)], 1e-12);
    expectClose(
      recorded.column("parameters").subarray(2, 4),
      [-1.5 + 0.5, 2 - 0.5].map((v, i) => (raw(i) > 0 ? [-1.5, 2][i]! - 0.5 : v)),
      1e-12,
    );
    function raw(index: number): number {
      return recorded.trainer.gradientAt(Float64Array.of(-1.5, 2))[index]!;
    }
  });

  it("by value turns the gradient, and each row says by how much", () => {
    const recorded = run(
      countOnesExperiment({
        training: { iterations: 1, clip: { value: 5 }, optimizer: { kind: "sgd", learningRate: 0.1 } },
      }),
    );
    const raw = recorded.trainer.gradientAt(Float64Array.of(-1.5, 2));
    const clipped = raw.map((value) => Math.min(5, Math.max(-5, value)));
    expectClose(
      [recorded.column("clipCosine")[0]!],
      [(raw[0]! * clipped[0]! + raw[1]! * clipped[1]!) / Math.hypot(...raw) / Math.hypot(...clipped)],
      1e-12,
    );
    const untouched = run(
      countOnesExperiment({ weights: [1, 0.99], training: { iterations: 2, clip: { value: 1e6 } } }),
    );
    expect(Array.from(untouched.column("clipCosine"))).toEqual([1, 1, 1]);
    expect(
      run(countOnesExperiment({ training: { iterations: 1, clip: { norm: 1 } } })).trainer.columns.map(
        ({ name }) => name,
      ),
    ).not.toContain("clipCosine");
  });

  it("leaves a short gradient alone", () => {
    const recorded = run(countOnesExperiment({ weights: [1, 0.99], training: { iterations: 5, clip: { norm: 1e6 } } }));
    expect(recorded.column("clippedNorm")).toEqual(recorded.column("gradientNorm"));
  });
});

describe("a run that explodes", () => {
  const recorded = run(
    countOnesExperiment({ training: { optimizer: { kind: "sgd", learningRate: 0.1 }, iterations: 200 } }),
  );

  it("ends as diverged, with the diverging row as its last", () => {
    expect(recorded.result).toBe("diverged");
    const loss = recorded.column("loss");
    expect(recorded.rows).toBe(recorded.trainer.iteration + 1);
    expect(recorded.rows).toBeLessThan(50);
    expect(Number.isFinite(loss.at(-1)!)).toBe(false);
    expect(loss.subarray(0, -1).every(Number.isFinite)).toBe(true);
    expect(recorded.column("updateRatio").at(-1)).toBe(0);
  });

  it("stays ended and records nothing more", () => {
    const buffer = new TraceBuffer(recorded.trainer.columns, 8);
    expect(recorded.trainer.step(buffer)).toBe("diverged");
    expect(buffer.rows).toBe(0);
  });

  it("records the diverging row even between traced rows", () => {
    const sparse = run(
      countOnesExperiment({
        training: { optimizer: { kind: "sgd", learningRate: 0.1 }, iterations: 200 },
        trace: { every: 1000 },
      }),
    );
    expect(Array.from(sparse.column("iteration"))).toEqual([0, recorded.trainer.iteration]);
  });

  it("diverges at row 0 when the loss overflows there", () => {
    const immediate = run(countOnesExperiment({ weights: [1, 1e6], task: { length: 100 } }));
    expect(immediate.result).toBe("diverged");
    expect(immediate.rows).toBe(1);
  });
});

describe("questions on the side", () => {
  it("do not disturb training", () => {
    const trainer = createTrainer(countOnesExperiment({ training: { iterations: 50 } }));
    let result = trainer.step(null);
    while (result === "running") {
      trainer.lossAt(Float64Array.of(3, 3));
      trainer.gradientAt(Float64Array.of(0, 1));
      trainer.captureStep();
      result = trainer.step(null);
    }
    expect(trainer.parameters()).toEqual(
      run(countOnesExperiment({ training: { iterations: 50 } })).trainer.parameters(),
    );
  });

  it("capture the step at the current parameters, named as PyTorch does", () => {
    const trainer = createTrainer(
      countOnesExperiment({ task: { sequences: 4, length: 6 }, training: { clip: { norm: 1e-3 } } }),
    );
    trainer.step(null);
    trainer.step(null);
    const captured = trainer.captureStep();
    expect(captured.loss).toBe(trainer.lossAt(trainer.parameters()));
    expect(captured.input.shape).toEqual([4, 6, 1]);
    expect(captured.target.shape).toEqual([4, 1]);
    expect(captured.parameters.map(({ name, shape }) => [name, shape])).toEqual([
      ["weight_ih_l0", [1, 1]],
      ["weight_hh_l0", [1, 1]],
    ]);
    expect(captured.parameters.flatMap(({ values }) => [...values])).toEqual([...trainer.parameters()]);
    expect(captured.gradients.flatMap(({ values }) => [...values])).toEqual([
      ...trainer.gradientAt(trainer.parameters()),
    ]);
    expect(captured.states.map(({ name, shape }) => [name, shape])).toEqual([["l0", [4, 7, 1]]]);
    expect(captured.stateGradients[0]!.shape).toEqual([4, 7, 1]);
  });

  it("give a header that matches the columns written", () => {
    const recorded = run(countOnesExperiment({ training: { iterations: 2 } }));
    const header = recorded.trainer.header("run-1", "hash");
    expect(header).toMatchObject({
      version: 1,
      runId: "run-1",
      configHash: "hash",
      engine: "float64",
      iterations: 2,
      timeSteps: 10,
      clip: null,
    });
    for (const { name, length, shape } of header.columns) {
      expect(recorded.column(name).length).toBe(recorded.rows * length);
      expect(shape.reduce((a, b) => a * b, 1)).toBe(length);
    }
  });
});

it.each([-1, 20, 0.5])("refuses to inspect sequence %s of 20", (sequence) => {
  expect(() => createTrainer(countOnesExperiment({ trace: { sequence } }))).toThrow(
    /trace\.sequence is .* indices 0 to 19/,
  );
});
