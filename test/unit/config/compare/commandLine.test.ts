import { expect, test } from "vitest";
import { collectSettings, quoteCommand } from "../../../../src/config/compare/commandLine";
import { findField } from "../../../../src/config/edit/fields";
import { textWithField } from "../../../../src/config/edit/editField";
import { configHash } from "../../../../src/config/compare/hash";
import { experimentOf } from "../support";

/** As the program in the terminal applies them. */
function withSettings(text: string, settings: readonly string[]): string {
  return settings.reduce((current, setting) => {
    const equals = setting.indexOf("=");
    const field = findField(current, setting.slice(0, equals));
    const checked = field?.check(setting.slice(equals + 1));
    if (field === undefined || checked === undefined || "error" in checked)
      throw new Error(`${setting}: ${JSON.stringify(checked)}`);
    return textWithField(current, field.path, checked.value) ?? current;
  }, text);
}

test.each([
  ["{}", '{ "training": { "iterations": 9 } }', ["training.iterations=9"]],
  ["{}", '{ "training": { "optimizer": { "kind": "adam", "learningRate": 0.02 }, "clip": { "norm": 2 } } }', undefined],
  ['{ "training": { "clip": { "norm": 2 } } }', "{}", ["training.clip=null"]],
  ['{ "training": { "clip": { "norm": 2 } } }', '{ "training": { "clip": { "value": 3 } } }', undefined],
  ["{}", '{ "task": { "kind": "csv", "file": "a b.csv", "columns": ["x", "y z"], "target": "x" } }', undefined],
  [
    "{}",
    '{ "model": { "cell": "lstm", "hiddenSize": 3, "bias": false, "init": { "values": { "weight_hh_l0": 0.5 } } } }',
    undefined,
  ],
  [
    '{ "model": { "cell": "rnn", "init": { "values": { "weight_hh_l0": 0.5, "bias_hh_l0": 1 } } } }',
    '{ "model": { "cell": "rnn", "init": { "values": { "weight_hh_l0": 0.25 } } } }',
    undefined,
  ],
  [
    '{ "model": { "cell": "lstm", "init": { "forgetBias": 1 } } }',
    '{ "model": { "cell": "lstm", "init": { "forgetBias": "chrono" } } }',
    ["model.init.forgetBias=chrono"],
  ],
  ['{ "training": { "batchSize": 5 } }', '{ "training": { "batchSize": "full" } }', ["training.batchSize=full"]],
])("the settings make %s the experiment %s", (saved, wanted, settings) => {
  const made = collectSettings(experimentOf(saved), experimentOf(wanted));
  if (settings !== undefined) expect(made).toEqual(settings);
  expect(configHash(experimentOf(withSettings(saved, made)))).toBe(configHash(experimentOf(wanted)));
});

test("a shell reads the words as they are", () => {
  expect(
    quoteCommand(["node", "/a b/cli.js", "it's.rnn.json", "--set", 'training.clip={"norm":1}', "$(x)"], false),
  ).toBe(`node '/a b/cli.js' 'it'\\''s.rnn.json' --set 'training.clip={"norm":1}' '$(x)'`);
  expect(quoteCommand(["node", "C:\\x\\cli.js", "a b"], true)).toBe(`node C:\\x\\cli.js "a b"`);
});
