import { execFileSync } from "node:child_process";
import { mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { findPythonPackage } from "../../../scripts/python.mjs";
import { areArrays } from "../../../src/config/facts/dataFiles";
import { checksums } from "../../../src/files/checksums";
import { checkExperimentFiles, namesFiles, readExperimentFiles } from "../../../src/files/readExperimentFiles";
import { createTrainer } from "../../../src/core/training/trainer";
import { copySequences } from "../../../src/core/tasks/sequenceValues";
import { experimentOf } from "../core/support";
import { bytesOf, npyBytes } from "../formats/npyBytes";
import { versionOf } from "../python";

// Starting Python takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const outside = mkdtempSync(join(tmpdir(), "rnn-lab-outside-"));
const folder = mkdtempSync(join(tmpdir(), "rnn-lab-arrays-"));
const array = (shape: string, ...values: number[]) => npyBytes("'<f8'", shape, bytesOf(Float64Array.from(values)));
const experiment = (task: Record<string, unknown>) =>
  experimentOf({ task: { kind: "arrays", ...task }, model: { cell: "rnn", hiddenSize: 2 } });
const read = (task: Record<string, unknown>) => readExperimentFiles(folder, experiment(task));

beforeAll(() => {
  writeFileSync(join(folder, "x.npy"), array("(1, 2)", 1, 2));
  writeFileSync(join(folder, "y.npy"), array("(1,)", 3));
  writeFileSync(join(folder, "bad.npz"), "no archive");
  writeFileSync(join(outside, "y.npy"), array("(1,)", 3));
  symlinkSync(join(outside, "y.npy"), join(folder, "out.npy"));
});

describe("the files of arrays", () => {
  test("inputs and targets in .npy files of their own", async () => {
    const files = await read({ file: "x.npy", targets: "y.npy" });
    expect(namesFiles(experiment({ file: "x.npy" }))).toBe(true);
    const { dataset } = createTrainer(experiment({ file: "x.npy", targets: "y.npy" }), { files });
    expect([...copySequences(dataset.inputs, 0, 1), ...copySequences(dataset.targets, 0, 1)]).toEqual([1, 2, 3]);
    const other = await read({ file: "x.npy", targets: "x.npy" });
    expect(checksums(files).data).not.toBe(checksums(other).data);
    expect(checksums(files).data).not.toBe(0);
  });

  test.each([
    [{ file: "none.npz" }, "file", /the file does not exist/],
    [{ file: "bad.npz" }, "file", /it is not a zip archive that can be read/],
    [{ file: "x.npy", targets: "out.npy" }, "targets", /outside the folder/],
    [{ file: "x.npy", targets: "../y.npy" }, "targets", /outside the folder|does not exist/],
    [{ file: "x.npy", validation: "none.npy" }, "validation", /the file does not exist/],
    [{ file: "x.csv" }, "file", /is not a file of arrays/],
  ])("%j is refused at the key", async (task, key, message) => {
    await expect(read(task)).rejects.toMatchObject({ path: ["task", key], message: expect.stringMatching(message) });
  });

  test("all that are missing are found without reading them", async () => {
    const errors = await checkExperimentFiles(
      folder,
      experiment({ file: "none.npy", targets: "none2.npy", mask: "x.npy", validation: "none3.npy" }),
    );
    expect(errors.map(({ path }) => path.join("."))).toEqual(["task.file", "task.targets", "task.validation"]);
  });
});

const numpy = findPythonPackage("numpy");

describe(`archives by NumPy ${versionOf(numpy)}`, () => {
  test.skipIf(numpy.missing !== null)("train, with only the arrays that the task names in memory", async () => {
    execFileSync(
      numpy.python,
      [
        "-c",
        `
import numpy as np
random = np.random.default_rng(1)
x = random.normal(size=(30, 5, 2)).astype("f4")
np.savez_compressed("train.npz", x=x, y=(x[:, -1, 0] > 0), other=np.zeros(100000))
np.savez("test.npz", x=x[:10], y=(x[:10, -1, 0] > 0))
np.savez("records.npz", data=np.zeros((4, 3), dtype=[("a", "f8"), ("b", "f8")]))
`,
      ],
      { cwd: folder },
    );
    const task = { file: "train.npz", validation: "test.npz", inputs: "x", targets: "y", targetKind: "bits" };
    const files = await read(task);
    const names = areArrays(files.data) ? files.data.training.map(({ name }) => name) : null;
    expect(names).toEqual(["x", "y"]);
    const trainer = createTrainer(experiment(task), { files });
    expect(trainer.dataset).toMatchObject({ sequences: 40, trainingSequences: 30, timeSteps: 5, inputSize: 2 });
    while (trainer.step(null) === "running");
    expect(trainer.metrics.validationLoss).toBeLessThan(0.6);

    await expect(read({ file: "train.npz", inputs: "x", targets: "z" })).rejects.toMatchObject({
      path: ["task", "targets"],
      message: 'task.targets: "train.npz" has no array "z"; it has "x", "y", "other".',
    });
    const fields = await read({ file: "records.npz", inputs: "data.a", targets: "data.b" });
    const records = { file: "records.npz", inputs: "data.a", targets: "data.b" };
    const every = experimentOf({ task: { kind: "arrays", ...records }, model: { readout: "every", cell: "rnn" } });
    expect(createTrainer(every, { files: fields }).dataset).toMatchObject({
      sequences: 4,
      timeSteps: 3,
      outputSteps: 3,
    });
  });
});
