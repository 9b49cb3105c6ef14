import { describe, expect, test } from "vitest";
import { textWithField } from "../../../../src/config/edit/editField";
import { fieldKeys } from "../../../../src/config/schema/fieldKeys";
import { findField, listFieldGroups, listFields } from "../../../../src/config/edit/fields";
import { newExperimentText } from "../../../../src/config/edit/newExperiment";
import { parseExperiment } from "../../../../src/config/read/parse";
import { experimentOf } from "../support";

describe("the list of fields", () => {
  test("holds every value of the resolved experiment but the sweep, which is many runs", () => {
    const leaves = (value: unknown, path: string): string[] =>
      typeof value === "object" && value !== null && path !== "model.init.values"
        ? Object.entries(value).flatMap(([key, item]) => leaves(item, path === "" ? key : `${path}.${key}`))
        : [path];
    expect(
      listFields("{}")
        .map(({ key }) => key)
        .toSorted(),
    ).toEqual(
      leaves(experimentOf("{}"), "")
        .filter((key) => key !== "sweep")
        .toSorted(),
    );
    const sgd = '{"training": {"optimizer": {"kind": "sgd"}, "clip": {"norm": 2}}}';
    const keys = listFields(sgd).map(({ key }) => key);
    expect(keys).toEqual(
      expect.arrayContaining(["training.optimizer.learningRate", "training.clip", "training.clip.norm"]),
    );
    expect(keys).not.toContain("training.optimizer.etaPlus");
  });
  test("tells value, default, range, and what each choice means", () => {
    const text = '{ "seed": 5, "training": { "optimizer": { "kind": "sgd" } } }';
    expect(findField(text, "seed")).toMatchObject({
      label: "Seed",
      value: 5,
      default: 1,
      isDefault: false,
      range: "whole number, 0 to 4,294,967,295",
      options: null,
    });
    expect(findField(text, "task.length")).toMatchObject({ value: 10, isDefault: true });
    const kind = findField(text, "training.optimizer.kind");
    expect(kind).toMatchObject({ value: "sgd", default: "rprop", isDefault: false });
    expect(kind?.options?.map(({ input }) => input)).toEqual([
      "rprop",
      "rprop-pytorch",
      "sgd",
      "momentum",
      "nesterov",
      "rmsprop",
      "adam",
      "adamw",
    ]);
    expect(kind?.options?.every(({ description }) => description.length > 20)).toBe(true);
  });
  test("comes under the headings of the file, in plain words, and the name last", () => {
    const groups = listFieldGroups("{}");
    expect(groups.map(({ group }) => group)).toEqual([
      "Task",
      "Model",
      "Initial weights",
      "Optimizer",
      "Training",
      "General",
    ]);
    const all = groups.flatMap(({ fields }) => fields);
    expect(all.map(({ key }) => key).toSorted()).toEqual(
      listFields("{}")
        .map(({ key }) => key)
        .toSorted(),
    );
    expect(all.at(-1)?.key).toBe("name");
    expect(JSON.stringify(all)).not.toContain("`");
  });
  test("is whole even for a text that is half written", () => {
    expect(listFields('{ "seed": 9, "task": ').find(({ key }) => key === "seed")?.value).toBe(9);
    for (const text of ["", "[]", "null", "{", '{ "task": 3, "training": null }', "[".repeat(5000)])
      expect(listFields(text).length).toBeGreaterThan(5);
  });
  test("names all keys that may be set, those of other kinds too", () => {
    expect(fieldKeys()).toEqual(
      expect.arrayContaining([
        "seed",
        "training.optimizer.kind",
        "training.optimizer.etaPlus",
        "training.optimizer.learningRate",
        "training.clip",
        "training.clip.norm",
        "training.clip.value",
        "training.stop.patience",
      ]),
    );
    for (const key of fieldKeys()) expect(findField("{}", key)?.key).toBe(key);
    expect(findField("{}", "training")).toBeUndefined();
    expect(findField("{}", "nonsense.key")).toBeUndefined();
  });
});

const text = newExperimentText("x");
function accepts(key: string, input: string, value: unknown) {
  expect(findField(text, key)?.check(input)).toEqual({ value });
}
function refuses(key: string, input: string, error: RegExp) {
  const checked = findField(text, key)?.check(input);
  expect(checked).toHaveProperty("error");
  expect(checked !== undefined && "error" in checked ? checked.error : "").toMatch(error);
}

describe("what is typed is checked", () => {
  test("numbers", () => {
    accepts("seed", " 12 ", 12);
    accepts("model.init.weight_hh_l0", "-1.5e-3", -0.0015);
    accepts("model.init.weight_hh_l0", ".5", 0.5);
    refuses("seed", "abc", /"abc" is not a number/);
    refuses("seed", "", /not a number/);
    refuses("seed", "0x10", /not a number/);
    refuses("model.init.weight_hh_l0", "1,5", /with a decimal point/);
    refuses("seed", "1.5", /whole number/);
    refuses("task.length", "0", /1 to 100,000/);
    refuses("training.optimizer.initialStep", "1e999", /at most 1,000|64-bit/);
  });
  test("words, with or without quotes", () => {
    accepts("training.optimizer.kind", "sgd", "sgd");
    accepts("engine", '"float64"', "float64");
    refuses("training.optimizer.kind", "sdg", /Did you mean "sgd"\?/);
    accepts("model.hiddenSize", "1", 1);
    accepts("name", ' any "text" ', ' any "text" ');
  });
  test("early stopping, as JSON or short, and only with a validation set", () => {
    const text = '{"training": {"validation": {"share": 0.2}}}';
    expect(findField(text, "training.stop")?.check("patience 50")).toEqual({ value: { patience: 50 } });
    expect(findField(text, "training.stop")?.options?.map(({ input }) => input)).toEqual([
      "null",
      '{ "patience": 100 }',
    ]);
    expect(findField(text, "training.stop.patience")?.check("50")).toEqual({ value: 50 });
    refuses("training.stop", "patience 50", /requires a validation set/);
  });

  test("clips, as JSON or short", () => {
    accepts("training.clip", '{ "norm": 2 }', { norm: 2 });
    accepts("training.clip", "norm 2", { norm: 2 });
    accepts("training.clip", "value=0.5", { value: 0.5 });
    accepts("training.clip", "null", null);
    accepts("training.clip", "off", null);
    accepts("training.clip.norm", "3", 3);
    refuses("training.clip", "2", /null or/);
    refuses("training.clip", "norm -1", /above 0/);
    refuses("training.clip", "size 1", /null or|no key|must be/);
  });
  test("every kind of task, optimizer and schedule, every cell and scheme can be chosen, from any other", () => {
    const keys = [
      "task.kind",
      "training.optimizer.kind",
      "training.schedule.kind",
      "model.cell",
      "model.init.scheme",
      "model.bias",
      "engine",
    ];
    for (const key of keys) {
      let current = text;
      const inputs = findField(text, key)?.options?.map(({ input }) => input) ?? [];
      expect(inputs.length).toBeGreaterThan(2);
      for (const input of [...inputs, ...inputs.toReversed()]) {
        const field = findField(current, key);
        const checked = field?.check(input) ?? { error: "no field" };
        expect(checked, `${key} ${input}`).toHaveProperty("value");
        if (field !== undefined && "value" in checked)
          current = textWithField(current, field.path, checked.value) ?? "";
        expect(String(findField(current, key)?.value)).toBe(input);
        expect(parseExperiment(current).problems).toEqual([]);
      }
    }
  });
  test("a kind of task that needs a file gets the name of one, to be changed", () => {
    const chosen = textWithField(text, ["task", "kind"], "csv") ?? "";
    expect(parseExperiment(chosen).experiment?.task).toMatchObject({
      kind: "csv",
      file: "table.csv",
      columns: ["value"],
      length: 10,
    });
    expect(findField(chosen, "task.columns")?.check('["level", "rain"]')).toEqual({ value: ["level", "rain"] });
    expect(findField(chosen, "task.columns")?.check("level")).toHaveProperty("error");
    expect(findField(chosen, "model.init.values")?.check('{ "weight_hh_l0": 1 }')).toEqual({
      value: { weight_hh_l0: 1 },
    });
    expect(textWithField(chosen, ["task", "kind"], "text")).toContain('"file": "table.csv"');
    expect(textWithField(chosen, ["task", "kind"], "parity")).not.toMatch(/file|columns/);
  });
  test("against the rest of the experiment", () => {
    accepts("trace.sequence", "19", 19);
    refuses("trace.sequence", "20", /index from 0 to 19/);
    refuses("task.sequences", "1000000000", /1 to 1,000,000/);
    refuses("training.optimizer.learningRate", "0.1", /belongs to sgd/);
  });
  test("an error elsewhere in the file does not stand in the way, an error in its syntax does", () => {
    expect(findField('{ "seed": -1 }', "task.length")?.check("5")).toEqual({ value: 5 });
    expect(findField('{ "seed": -1 }', "seed")?.check("5")).toEqual({ value: 5 });
    expect(findField('{ "seed": 1', "task.length")?.check("5")).toEqual({
      error: "The file cannot be edited while it has an error: Expected a closing }.",
    });
  });
});
