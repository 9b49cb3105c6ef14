/** The command line with networks of several units: other engines, data of one's own, what is asked after training. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readSafetensors, writeSafetensors } from "../../../src/formats/safetensors";
import { bundleCli } from "./bundle";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let folder: string;

beforeAll(async () => {
  folder = await bundleCli({ helper: "src/worker/helper.ts" });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(experiment: object, ...args: string[]) {
  writeFileSync(join(folder, "x.rnn.json"), JSON.stringify(experiment, null, 1));
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "cli.js"), "x.rnn.json", ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}
const report = (stdout: string) => JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Record<string, unknown>;
const tensors = (...path: string[]) =>
  new Map(readSafetensors(readFileSync(join(folder, ...path))).tensors.map((tensor) => [tensor.name, tensor]));
const table = (...path: string[]) =>
  readFileSync(join(folder, ...path), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));

const adam = { kind: "adam", learningRate: 0.01 };
const ADDING = {
  task: { kind: "adding", sequences: 100, length: 12 },
  model: { cell: "lstm", hiddenSize: 5, numLayers: 2 },
  training: { optimizer: adam, iterations: 20, batchSize: 10, validation: { share: 0.2, every: 5 } },
};
const WORDS = {
  task: { kind: "text", file: "words.txt", length: 12 },
  model: { cell: "gru", hiddenSize: 24 },
  training: { optimizer: { kind: "adam", learningRate: 0.02 }, iterations: 300, batchSize: 4 },
};

describe("early stopping", () => {
  const STOPPING = {
    ...ADDING,
    training: { ...ADDING.training, iterations: 500, optimizer: { kind: "sgd", learningRate: 1e-300 } },
  };
  const PATIENCE = ["--set", "training.stop.patience=40"];

  test("ends with 0, says where, and writes the best weights beside the final ones", () => {
    const { status, stdout, stderr } = run(STOPPING, ...PATIENCE, "--json", "--out", "stopped");
    expect([status, stderr]).toEqual([0, ""]);
    const told = report(stdout) as { best: { iteration: number; validationLoss: number } };
    expect(told).toMatchObject({ status: "done", iterations: 40, stoppedAt: 40, stopReason: "patience" });
    expect(JSON.parse(readFileSync(join(folder, "stopped/run.json"), "utf8"))).toMatchObject(told);
    const [best, initial] = ["best", "initial"].map((name) =>
      readSafetensors(readFileSync(join(folder, "stopped", `${name}.safetensors`))),
    );
    expect(told.best.iteration).toBe(0);
    expect(best?.tensors).toEqual(initial?.tensors);
    expect(best?.metadata).toMatchObject({ iteration: "0", validationLoss: String(told.best.validationLoss) });
    const { stdout: text } = run(STOPPING, ...PATIENCE);
    expect(text).toMatch(
      /\nbest validationLoss = \d\S* at iteration 0\nstopped early: no new best validationLoss for 40 iterations\n/,
    );
  });

  test("without it the best weights are written all the same, and with no validation set none", () => {
    const { stdout } = run(ADDING, "--json", "--out", "whole");
    expect(report(stdout)).toMatchObject({ best: { iteration: expect.any(Number) as number } });
    expect(report(stdout)).not.toHaveProperty("stoppedAt");
    expect(readdirSync(join(folder, "whole"))).toContain("best.safetensors");
    const { stdout: none } = run(ADDING, "--json", "--out", "none", "--set", "training.validation.share=0");
    expect(report(none)).not.toHaveProperty("best");
    expect(readdirSync(join(folder, "none"))).not.toContain("best.safetensors");
  });

  test("without a validation set is refused at its place in the file", () => {
    const { status, stderr } = run(ADDING, "--set", "training.validation.share=0", ...PATIENCE);
    expect(status).toBe(2);
    expect(stderr).toContain("training.stop requires a validation set");
  });
});

describe("an LSTM of two layers", () => {
  test("tells its engine, its scores and PyTorch's names", () => {
    const { status, stdout, stderr } = run(ADDING, "--json", "--threads", "1", "--out", "lstm", "--dump-step", "7");
    expect([status, stderr]).toEqual([0, ""]);
    const told = report(stdout);
    expect(Object.keys(told)).toEqual([
      ...["status", "iterations", "finalLoss", "validationLoss", "accuracy", "validation", "best", "engine"],
      ...["arithmetic", "threads", "vectorBits", "trainMs", "parameters", "configHash", "findings", "baselines"],
    ]);
    expect(told).toMatchObject({ status: "done", iterations: 20, engine: "float32", arithmetic: "fast" });
    expect(told).toMatchObject({ threads: 1, vectorBits: 128 });
    const shapes = [
      ["weight_ih_l0", [20, 2]],
      ["weight_hh_l0", [20, 5]],
      ["bias_ih_l0", [20]],
      ["bias_hh_l0", [20]],
      ["weight_ih_l1", [20, 5]],
      ["weight_hh_l1", [20, 5]],
      ["bias_ih_l1", [20]],
      ["bias_hh_l1", [20]],
      ["readout.weight", [1, 5]],
      ["readout.bias", [1]],
    ];
    for (const file of ["initial", "final"])
      expect([...tensors("lstm", `${file}.safetensors`)].map(([name, { shape }]) => [name, shape])).toEqual(shapes);

    const [head, ...rows] = table("lstm", "metrics.csv");
    expect(head).toEqual([
      "iteration",
      "loss",
      "gradientNorm",
      "clippedNorm",
      "updateRatio",
      "learningRate",
      "validationLoss",
      "accuracy",
    ]);
    expect(rows.length).toBe(21);
    expect(rows.every((row) => row.every((value) => Number.isFinite(Number(value))))).toBe(true);
    expect(Number(rows.at(-1)?.[6])).toBe(told["validationLoss"]);

    const step = tensors("lstm", "step-7.safetensors");
    const shapeOf = (name: string) => step.get(name)?.shape;
    expect(["input", "target", "output", "loss"].map(shapeOf)).toEqual([[10, 12, 2], [10, 1], [10, 1], []]);
    for (const l of [0, 1]) {
      expect([`state.l${l}`, `stateGrad.l${l}`, `cell.l${l}`].map(shapeOf)).toEqual([
        [10, 13, 5],
        [10, 13, 5],
        [10, 13, 5],
      ]);
      expect(["i", "f", "g", "o"].map((gate) => shapeOf(`gate.${gate}.l${l}`))).toEqual([
        [10, 12, 5],
        [10, 12, 5],
        [10, 12, 5],
        [10, 12, 5],
      ]);
      // c_t = f c_(t-1) + i g, whichever sequence and unit.
      const at = (name: string, index: number) => step.get(name)?.values[index] ?? NaN;
      for (const [b, t, j] of [
        [0, 0, 0],
        [3, 5, 2],
        [9, 11, 4],
      ] as const) {
        const gate = (b * 12 + t) * 5 + j;
        const cell = (b * 13 + t) * 5 + j;
        expect(at(`cell.l${l}`, cell + 5)).toBeCloseTo(
          at(`gate.f.l${l}`, gate) * at(`cell.l${l}`, cell) + at(`gate.i.l${l}`, gate) * at(`gate.g.l${l}`, gate),
          5,
        );
      }
    }
    expect(Math.abs((step.get("loss")?.values[0] ?? NaN) - Number(rows[7]?.[1]))).toBeLessThan(1e-6);
  });

  test("starts where a weights file says, and says what does not fit", () => {
    expect(run(ADDING, "--threads", "1", "--out", "first").status).toBe(0);
    writeFileSync(join(folder, "w.safetensors"), readFileSync(join(folder, "first", "final.safetensors")));
    const again = { ...ADDING, model: { ...ADDING.model, init: { file: "w.safetensors" } } };
    expect(run(again, "--threads", "1", "--out", "second").status).toBe(0);
    expect(tensors("second", "initial.safetensors")).toEqual(tensors("first", "final.safetensors"));
    expect(run(again, "--set", "model.hiddenSize=6")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(
        /^x\.rnn\.json:\d+:\d+: error: weight_ih_l0 in the weights file has shape \[20, 2\]; the model requires \[24, 2\]/,
      ),
    });
    writeFileSync(
      join(folder, "w.safetensors"),
      writeSafetensors([{ name: "weight_ih_l0", shape: [20, 2], values: new Float64Array(40) }]),
    );
    expect(run(again)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/the weights file is missing weight_hh_l0/),
    });
    writeFileSync(join(folder, "w.safetensors"), "nonsense");
    expect(run(again)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(
        /^x\.rnn\.json:\d+:\d+: error: w\.safetensors: not a safetensors file.*\[bad-file\]/,
      ),
    });
    rmSync(join(folder, "w.safetensors"));
    expect(run(again)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(
        /^x\.rnn\.json:\d+:\d+: error: model\.init\.file "w\.safetensors": the file does not exist.*\[unreadable-file\]/,
      ),
    });
  });

  test("is asked about other lengths", () => {
    const { status, stdout } = run(ADDING, "--json", "--evaluate-lengths", "6, 12,40");
    expect(status).toBe(0);
    const evaluations = report(stdout)["evaluations"] as {
      length: number;
      loss: number;
      accuracy: number;
      sequences: number;
    }[];
    expect(evaluations.map(({ length, sequences }) => [length, sequences])).toEqual([
      [6, 200],
      [12, 200],
      [40, 200],
    ]);
    expect(evaluations.every(({ loss, accuracy }) => loss > 0 && accuracy >= 0 && accuracy <= 1)).toBe(true);
    expect(run(ADDING, "--evaluate-lengths", "6").stdout).toMatch(
      /\nlength 6: sequences 200, loss \S+, accuracy [\d.]+\n/,
    );
  });

  test("that would not fit into memory is refused with the estimate, at the value to reduce", () => {
    const { status, stdout, stderr } = run({ ...ADDING, model: { cell: "lstm", hiddenSize: 4096, numLayers: 16 } });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(
      /^x\.rnn\.json:\d+:\d+: error: .* about [\d.,]+ GiB of memory; the limit is [\d.]+ GiB\..* or raise --memory\. \[too-much-memory\]/,
    );
  });
});

describe("a text", () => {
  beforeAll(() => writeFileSync(join(folder, "words.txt"), "the wind and the rain and the river. ".repeat(20)));

  test("is learned, and generated by the network, the same for the same seed", () => {
    const ask = ["--sample", "80", "--temperature", "0.2", "--prime", "the ", "--threads", "1"];
    const { status, stdout } = run(WORDS, "--json", ...ask);
    expect(status).toBe(0);
    const sample = report(stdout)["sample"] as string;
    expect(sample.length).toBe(80);
    expect(sample).toMatch(/(wind|rain|river)[\s\S]*(wind|rain|river)/);
    expect(run(WORDS, ...ask).stdout.endsWith(`\n\n${sample}\n`)).toBe(true);
  });

  test.each([
    [["--sample", "0"], /--sample 0: the number of characters/],
    [["--temperature", "1"], /--temperature requires --sample/],
    [["--sample", "5", "--temperature", "hot"], /--temperature hot: must be a number from 0 to 100/],
    [["--evaluate-lengths", "5"], /the data of text come from a file/],
    [["--evaluate-lengths", "5,x"], /expected comma-separated integers/],
    [["--threads", "17"], /--threads 17: must be a whole number from 1 to 16, or auto/],
    [["--set", "task.file=none.txt"], /^x\.rnn\.json:\d+:\d+: error: task\.file "none\.txt": the file does not exist/],
    [
      ["--set", "task.length=10000"],
      /error: words\.txt: the text has 740 characters, but task\.length 10000 requires 10001.*\[bad-file\]/,
    ],
    [["--set", "trace.sequence=900"], /error: trace\.sequence is 900.*\[no-such-sequence\]/],
  ])("%j is refused before training", (args, message) => {
    const { status, stdout, stderr } = run(WORDS, ...args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });

  test("only a network trained on text can write one", () => {
    expect(run(ADDING, "--sample", "5")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/a network trained on adding cannot generate text/),
    });
  });
});

test("a column that a table does not have is named with those it has", () => {
  writeFileSync(
    join(folder, "t.csv"),
    `day,level\n${Array.from({ length: 60 }, (_, i) => `${i},${Math.sin(i)}`).join("\n")}\n`,
  );
  const series = {
    task: { kind: "csv", file: "t.csv", columns: ["level"], length: 8 },
    model: { cell: "gru", hiddenSize: 4 },
    training: { iterations: 3, optimizer: adam },
  };
  expect(run(series).status).toBe(0);
  expect(run(series, "--set", 'task.columns=["depth"]')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(
      /error: t\.csv: there is no column "depth"; the columns, separated by commas, are "day", "level" \[bad-file\]/,
    ),
  });
});
