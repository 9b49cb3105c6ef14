import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { collectFixEdits, withEdits } from "../../../../src/config/edit/fixEdits";
import { listFieldGroups } from "../../../../src/config/edit/fields";
import { listFormFields } from "../../../../src/config/edit/formFields";
import { experimentSchema } from "../../../../src/config/schema/fileSchema";
import { schemaAt } from "../../../../src/config/schema/jsonSchema";
import { newExperimentText } from "../../../../src/config/edit/newExperiment";
import { parseExperiment } from "../../../../src/config/read/parse";
import { experimentOf } from "../support";

const LSTM = `{"task":{"kind":"adding"},"model":{"cell":"lstm","hiddenSize":32},"training":{"optimizer":{"kind":"adam","learningRate":0.01},"clip":{"norm":2},"batchSize":24}}`;
const fieldsOf = (text: string) =>
  new Map(listFormFields(experimentOf(text)).map((field) => [field.path.join("."), field]));

describe("the controls of an experiment", () => {
  test("weigh classes where a file has classes or bits, with the numbers of the file as an option", () => {
    const weights = (task: string, training: string) =>
      fieldsOf(`{"task":${task},"training":{${training}}}`).get("training.classWeights");
    const table = (kind: string) => `{"kind":"csv","file":"a.csv","columns":["x"],"target":"y","targetKind":"${kind}"}`;
    const labels = (task: string, training = "") =>
      (weights(task, training)?.input as { options?: { label: string; value: unknown }[] } | undefined)?.options;
    expect(labels(table("classes"))?.map(({ value }) => value)).toEqual([null, "balanced"]);
    expect(labels(table("bits"))?.map(({ label }) => label)).toEqual(["off", "balanced"]);
    expect(labels(table("auto"), '"loss":"cross-entropy"')?.length).toBe(2);
    expect([labels(table("values")), labels('{"kind":"parity"}')]).toEqual([undefined, undefined]);
    const set = weights(table("classes"), '"classWeights":[1,5]');
    expect(set).toMatchObject({ value: "1, 5", defaultValue: "off", isDefault: false, label: "Class weights" });
    expect(labels(table("classes"), '"classWeights":[1,5]')?.map(({ label }) => label)).toEqual([
      "off",
      "balanced",
      "1, 5",
    ]);
  });

  test("are those that its task, cell and optimizer have", () => {
    const lstm = fieldsOf(LSTM);
    expect([...lstm.keys()]).toEqual(
      expect.arrayContaining([
        "training.optimizer.learningRate",
        "training.clip.norm",
        "model.init.forgetBias",
        "task.length",
        "seed",
      ]),
    );
    expect(lstm.has("model.init.weight_hh_l0")).toBe(false);
    const tutorial = fieldsOf("{}");
    expect([...tutorial.keys()]).toEqual(
      expect.arrayContaining(["training.optimizer.etaPlus", "model.init.weight_hh_l0"]),
    );
    expect(
      ["training.optimizer.learningRate", "training.clip.norm", "model.init.forgetBias", "model.dropout"].filter(
        (key) => tutorial.has(key),
      ),
    ).toEqual([]);
  });

  test("are there for every value that a fix writes, where it applies", () => {
    const folder = join(import.meta.dirname, "../../../../src/diagnosis");
    const source = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
    const written = new Set(
      source.flatMap((text) =>
        [...text.matchAll(/path: \[([^\]]+)\]/g)].map(([, keys = ""]) =>
          keys.replaceAll(/["\s]/g, "").split(",").join("."),
        ),
      ),
    );
    for (const step of ["learningRate", "initialStep"]) written.add(`training.optimizer.${step}`);
    expect(written.size).toBeGreaterThan(12);
    const shown = new Set(
      [
        "{}",
        LSTM,
        '{"model":{"cell":"lru"}}',
        '{"model":{"cell":"rnn","numLayers":2,"init":{"scheme":"orthogonal","values":{"bias_ih_l0":0}}}}',
        '{"training":{"validation":{"share":0.2},"optimizer":{"kind":"momentum","learningRate":0.1}}}',
      ].flatMap((text) => [...fieldsOf(text).keys()]),
    );
    expect([...written].filter((key) => !shown.has(key))).toEqual([]);
  });

  test("stand under the headings of the file, in its order, with plain words", () => {
    for (const text of ["{}", LSTM]) {
      const fields = [...fieldsOf(text).values()];
      expect([...new Set(fields.map(({ group }) => group))]).toEqual([
        "Task",
        "Model",
        "Initial weights",
        "Optimizer",
        "Training",
        "General",
      ]);
      // Each heading once, and below it the keys in the order of the schema.
      const order = listFieldGroups(text).flatMap(({ fields: all }) => all.map(({ key }) => key));
      expect(fields.map(({ path }) => order.indexOf(path.join(".")))).toEqual(
        fields.map(({ path }) => order.indexOf(path.join("."))).toSorted((a, b) => a - b),
      );
      expect(JSON.stringify(fields)).not.toContain("`");
    }
    expect(fieldsOf("{}").get("training.iterations")?.description).toMatch(/^Number of updates\./);
  });

  test("can remove explicit weights, which are too large to edit here", () => {
    const fields = fieldsOf('{"model":{"init":{"values":{"weight_hh_l0":[[0.5]]}}}}');
    expect(fields.get("model.init.values")).toMatchObject({
      value: "weight_hh_l0",
      isDefault: false,
      defaultValue: "none",
      input: { options: [{ label: "weight_hh_l0" }, { value: {}, label: "none" }] },
    });
    expect(fieldsOf("{}").has("model.init.values")).toBe(false);
  });

  test("show the value in force, and whether it is the default", () => {
    const fields = fieldsOf(LSTM);
    expect(fields.get("training.optimizer.learningRate")).toMatchObject({
      value: 0.01,
      defaultValue: "0.001",
      isDefault: false,
      label: "Learning rate",
      input: { kind: "number", scale: "log" },
    });
    expect(fields.get("training.iterations")).toMatchObject({ value: 500, isDefault: true });
    expect(fields.get("training.optimizer.kind")).toMatchObject({
      value: "adam",
      defaultValue: "rprop",
      isDefault: false,
    });
    expect(fields.get("training.clip")).toMatchObject({ value: { norm: 2 }, defaultValue: "off" });
  });

  test("early stopping is there once there is a validation set", () => {
    expect(fieldsOf("{}").has("training.stop")).toBe(false);
    const validated = fieldsOf('{"training":{"validation":{"share":0.2}}}');
    expect(validated.get("training.stop")).toMatchObject({
      value: null,
      input: {
        options: [
          { value: null, label: "off" },
          { value: { patience: 100 }, label: "on" },
        ],
      },
    });
    const stopping = fieldsOf('{"training":{"validation":{"share":0.2},"stop":{"patience":30}}}');
    expect(stopping.get("training.stop.patience")).toMatchObject({ value: 30, input: { kind: "number", whole: true } });
  });

  test("reach as far as a person would try, never beyond the schema, and always to the value itself", () => {
    const scales = { log: 0, linear: 0 };
    for (const text of [
      "{}",
      LSTM,
      `{"model":{"hiddenSize":300},"task":{"kind":"copy","sequences":10},"seed":4000000000}`,
    ]) {
      for (const { path, value, input } of fieldsOf(text).values()) {
        if (input.kind !== "number") continue;
        const schema = schemaAt(experimentSchema, path, experimentOf(text));
        expect(input.from, path.join(".")).toBeGreaterThanOrEqual(
          schema?.minimum ?? schema?.exclusiveMinimum ?? -Infinity,
        );
        expect(input.to, path.join(".")).toBeLessThanOrEqual(schema?.maximum ?? schema?.exclusiveMaximum ?? Infinity);
        expect(input.from <= (value as number) && (value as number) <= input.to, path.join(".")).toBe(true);
        scales[input.scale]++;
        if (input.scale === "log") expect(input.from).toBeGreaterThan(0);
      }
    }
    expect([scales.log, scales.linear].every((count) => count > 3)).toBe(true);
  });

  test("offer choices that can each be written into the file, but for those that need another task or cell", () => {
    const text = newExperimentText("Form");
    const refused: string[] = [];
    for (const { path, input } of listFormFields(experimentOf(text))) {
      if (input.kind !== "choice") continue;
      for (const { value, label } of input.options) {
        const edits = collectFixEdits(text, [{ path, value }]);
        const after = edits === null ? null : withEdits(text, edits);
        if (after === null || parseExperiment(after).experiment === null) refused.push(`${path.join(".")}: ${label}`);
        else expect(fieldsOf(after).get(path.join("."))?.value).toEqual(value);
      }
    }
    expect(refused).toEqual([]);
  });

  test("slide, and choose, only where the other values of the file allow it", () => {
    const refused: string[] = [];
    for (const text of [
      ...(schemaAt(experimentSchema, ["model", "cell"])?.enum ?? []).map(
        (cell) => `{"task":{"kind":"adding","sequences":50},"model":{"cell":"${cell}","numLayers":2}}`,
      ),
      '{"task":{"kind":"ready-set-go"},"model":{"cell":"ctrnn","dt":50}}',
      '{"task":{"kind":"adding","sequences":50},"model":{"cell":"rglru","init":{"rMin":0.5}},' +
        '"training":{"validation":{"share":0.2},"stop":{"patience":10}}}',
    ]) {
      for (const { path, input } of fieldsOf(text).values()) {
        if (path.at(-1) === "kind" || path.at(-1) === "cell") continue;
        for (const value of input.kind === "choice"
          ? input.options.map((option) => option.value)
          : [input.from, input.to]) {
          const edits = collectFixEdits(text, [{ path, value }]);
          const after = edits === null ? null : withEdits(text, edits);
          if (after === null || parseExperiment(after).experiment === null)
            refused.push(`${text} ${path.join(".")} = ${JSON.stringify(value)}`);
        }
      }
    }
    expect(refused).toEqual([]);
  });

  test("keep an odd batch size among the choices", () => {
    const batch = fieldsOf(LSTM).get("training.batchSize");
    expect(batch?.input.kind === "choice" && batch.input.options.map(({ label }) => label)).toEqual([
      "full",
      "1",
      "2",
      "4",
      "8",
      "16",
      "24",
      "32",
      "64",
      "128",
      "256",
    ]);
  });

  test("offer the chrono initialization beside the usual forget-gate biases, for cells that keep a state", () => {
    const biases = (init: string, cell = "lstm"): readonly string[] | undefined => {
      const text = `{"task":{"kind":"adding"},"model":{"cell":"${cell}","init":${init}}}`;
      const input = fieldsOf(text).get("model.init.forgetBias")?.input;
      return input?.kind === "choice" ? input.options.map(({ label }) => label) : undefined;
    };
    expect(biases("{}")).toEqual(["-2", "-1", "0", "1", "2", "3", "4", "5", "chrono"]);
    expect(biases('{"forgetBias":4.6}', "gru")?.slice(-3)).toEqual(["4.6", "5", "chrono"]);
    expect(fieldsOf(LSTM.replace(`"hiddenSize":32`, `"bias":false`)).has("model.init.forgetBias")).toBe(false);
    const chrono = fieldsOf(LSTM.replace(`"hiddenSize":32`, `"init":{"forgetBias":"chrono"}`));
    expect(chrono.get("model.init.forgetBias")).toMatchObject({ value: "chrono", isDefault: false, defaultValue: "0" });
  });
});
