import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { lintExperiment } from "../../../../src/config/read/lint";
import { newExperimentText, type StartKind } from "../../../../src/config/edit/newExperiment";
import { TASK_STARTS } from "../../../../src/config/edit/taskStarts";
import { experimentSchema } from "../../../../src/config/schema/fileSchema";
import { readExperimentFiles } from "../../../../src/files/readExperimentFiles";
import { createTrainer } from "../../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../../src/kernel/wasmNetwork";
import { experimentOf } from "../support";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 120_000 });

const examples = fileURLToPath(new URL("../../../../examples/", import.meta.url));

describe("a new experiment on a task", () => {
  test("there is one for every task but a table, which has one of its own", () => {
    const kinds = experimentSchema.properties?.["task"]?.anyOf?.map((branch) => branch.properties?.["kind"]?.const);
    expect(["count-ones", "csv", ...Object.keys(TASK_STARTS)].toSorted()).toEqual(kinds?.toSorted());
  });

  test.each(Object.keys(TASK_STARTS) as StartKind[])("%s: has nothing against it, and learns", async (kind) => {
    const text = newExperimentText('Mi"ne', kind);
    const experiment = experimentOf(text);
    expect([experiment.name, experiment.task.kind, lintExperiment(text, experiment)]).toEqual(['Mi"ne', kind, []]);
    const trainer = createTrainer(experiment, {
      files: await readExperimentFiles(examples, experiment),
      kernel: (spec, capacity) => createWasmNetwork(spec, capacity, { variant: "plain" }),
    });
    let first = NaN;
    while (trainer.step(null) === "running" && !(trainer.metrics.loss < first / 4))
      first = Number.isNaN(first) ? trainer.metrics.loss : first;
    expect(trainer.metrics.loss).toBeLessThan(first / 4);
  });
});
