import { describe, expect, it } from "vitest";
import { findField } from "../../../src/config/edit/fields";
import { textWithField } from "../../../src/config/edit/editField";
import { changesOf, withFix } from "../../../src/fixes/fixedText";
import { fixCandidates } from "../../../src/diagnosis/candidates";
import type { FixEdit } from "../../../src/shared/wire/findings";
import { experimentIn } from "../diagnosis/support";
import { CLIP, EXPLODING, finding } from "./support";

/** The text after `--set KEY=VALUE` for each change, one after the other. */
function set(text: string, changes: Readonly<Record<string, unknown>>): string {
  return Object.entries(changes).reduce((before, [key, value]) => {
    const field = findField(before, key);
    const checked = field?.check(typeof value === "string" ? value : JSON.stringify(value));
    if (field === undefined || checked === undefined || "error" in checked)
      throw new Error(`${key}: ${JSON.stringify(checked)}`);
    return textWithField(before, field.path, checked.value) ?? before;
  }, text);
}

const expectSameBySetting = (text: string, edits: readonly FixEdit[]): void => {
  const fixed = withFix(text, edits);
  expect(fixed).not.toBeNull();
  if (fixed === null) return;
  expect(experimentIn(set(text, changesOf(fixed.experiment, edits)))).toEqual(fixed.experiment);
};

const TEXTS = [
  EXPLODING,
  `{ "task": { "kind": "adding", "sequences": 20 }, "model": { "cell": "rnn", "hiddenSize": 4, "numLayers": 2 },
     "training": { "optimizer": { "kind": "adam", "learningRate": 0.5 } } }`,
  `{ "task": { "kind": "adding", "length": 60 }, "model": { "cell": "lstm", "hiddenSize": 4 },
     "training": { "clip": { "norm": 0.1 } } }`,
  `{ "task": { "kind": "parity", "length": 60 }, "model": { "cell": "rnn", "nonlinearity": "relu" } }`,
  `{ "model": { "cell": "rnn", "init": { "scheme": "xavier", "gain": 3 } },
     "training": { "optimizer": { "kind": "sgd" } } }`,
];

describe("the changes of a fix", () => {
  it("keep the comments of the text", () => {
    expect(withFix(EXPLODING, CLIP.edits)?.text).toContain("// too large");
  });

  it.each(TEXTS)("set one after the other give the experiment that the fix gives, for each candidate: %s", (text) => {
    const experiment = experimentIn(text);
    const candidates = fixCandidates(experiment, { timeSteps: 60, fullBatch: true }, [finding("exploding", [])]);
    expect(candidates).not.toHaveLength(0);
    for (const { edits } of candidates) expectSameBySetting(text, edits);
  });

  it("name the default of a value that is removed", () => {
    const text = `{ "training": { "clip": { "norm": 1 }, "truncate": 5 },
      "model": { "init": { "scheme": "orthogonal" } } }`;
    const edits = [
      ["training", "clip"],
      ["training", "truncate"],
      ["model", "init", "scheme"],
    ].map((path) => ({ path }));
    const fixed = withFix(text, edits);
    expect(fixed && changesOf(fixed.experiment, edits)).toEqual({
      "training.clip": null,
      "training.truncate": 0,
      "model.init.scheme": "auto",
    });
    expectSameBySetting(text, edits);
  });

  it("are none where the fix would leave no valid experiment", () => {
    expect(withFix(EXPLODING, [{ path: ["training", "iterations"], value: -1 }])).toBeNull();
  });
});
