import { describe, expect, test } from "vitest";
import { collectFixEdits, withEdits } from "../../../../src/config/edit/fixEdits";
import { parseExperiment } from "../../../../src/config/read/parse";
import { valueRange } from "../../../../src/config/read/valueRange";
import type { FixEdit } from "../../../../src/shared/wire/findings";

const TEXT = `{
  // the cell
  "model": { "cell": "rnn" /* simple */, "hiddenSize": 4 },
  "training": {
    "optimizer": { "kind": "sgd", "learningRate": 0.1 }, // steps
    "clip": { "norm": 1 }
  }
}
`;

function fixed(text: string, edits: readonly FixEdit[]): string | null {
  const textEdits = collectFixEdits(text, edits);
  return textEdits === null ? null : withEdits(text, textEdits);
}

describe("the edits of a fix", () => {
  test("change two values and leave the comments between them alone", () => {
    const edits = [
      { path: ["training", "clip", "norm"], value: 50 },
      { path: ["training", "optimizer", "learningRate"], value: 0.002 },
    ];
    expect(fixed(TEXT, edits)).toBe(TEXT.replace(`"norm": 1 `, `"norm": 50 `).replace("0.1", "0.002"));
    expect(collectFixEdits(TEXT, edits)?.every(({ length }) => length < 4)).toBe(true);
  });

  test("write what the text leaves out, also two values of one missing object", () => {
    const after = fixed(TEXT, [
      { path: ["model", "cell"], value: "lstm" },
      { path: ["model", "init", "forgetBias"], value: 2 },
    ]);
    expect(after).toBe(
      TEXT.replace(`"rnn"`, `"lstm"`).replace(`"hiddenSize": 4`, `"hiddenSize": 4, "init": { "forgetBias": 2 }`),
    );
    const both = fixed(TEXT, [
      { path: ["model", "init", "scheme"], value: "orthogonal" },
      { path: ["model", "init", "gain"], value: 2 },
    ]);
    expect(parseExperiment(both ?? "").experiment?.model.init).toMatchObject({ scheme: "orthogonal", gain: 2 });
    expect(both).toContain("/* simple */");
  });

  test("remove a value", () => {
    expect(parseExperiment(fixed(TEXT, [{ path: ["training", "clip"] }]) ?? "").experiment?.training.clip).toBeNull();
  });

  test("are none when the text is broken, or when it would be no experiment afterwards", () => {
    expect(collectFixEdits(TEXT.replace("}", ""), [{ path: ["model", "cell"], value: "gru" }])).toBeNull();
    expect(collectFixEdits(TEXT, [{ path: ["model", "hiddenSize"], value: -1 }])).toBeNull();
  });
});

describe("the range of a value", () => {
  const at = (path: readonly string[], text = TEXT): string => {
    const { offset, length } = valueRange(text, path);
    return text.slice(offset, offset + length);
  };

  test("is the value, else the key of the nearest value around it, else the opening bracket", () => {
    expect(at(["training", "optimizer", "learningRate"])).toBe("0.1");
    expect(at(["model", "init", "gain"])).toBe(`"model"`);
    expect(at(["task", "length"])).toBe("{");
    expect(at(["model"], "nothing {")).toBe("");
  });
});
