import { describe, expect, test } from "vitest";
import { readJsonLines } from "../../../src/formats/jsonLines";

const KEYS = { inputs: "inputs", targets: "targets", mask: null };
const read = (text: string, keys: Parameters<typeof readJsonLines>[1] = KEYS) =>
  readJsonLines(new TextEncoder().encode(text), keys);
const plain = (steps: ReturnType<typeof readJsonLines>["targets"]) =>
  steps === null ? null : { width: steps.width, lengths: [...steps.lengths], values: [...steps.values] };

test("a sequence a line, steps of one or more numbers, null for a missing value", () => {
  const file = read(
    '\uFEFF{"inputs": [[1, 2], [3, null]], "targets": 1}\r\n\n{"targets": 0.5, "inputs": [[5, 6]], "more": {}}\n',
  );
  expect(plain(file.inputs)).toEqual({ width: 2, lengths: [2, 1], values: [1, 2, 3, NaN, 5, 6] });
  expect(plain(file.targets)).toEqual({ width: 1, lengths: [1, 1], values: [1, 0.5] });
  expect(file.labels).toBeNull();
});

test("labels, targets at each step, and a mask", () => {
  expect(read('{"inputs": [1], "targets": "up"}\n{"inputs": [2], "targets": "Up"}')).toMatchObject({
    targets: null,
    labels: ["up", "Up"],
  });
  const keys = { inputs: "x", targets: "y", mask: "m" };
  const file = read('{"x": [1, 2], "y": [[0, 1], [true, 0]], "m": [true, 0]}', keys);
  expect(plain(file.targets)).toEqual({ width: 2, lengths: [2], values: [0, 1, 1, 0] });
  expect(plain(file.mask)).toEqual({ width: 1, lengths: [2], values: [1, 0] });
});

describe("a file that is not right is refused with line and column", () => {
  test.each<[string, string]>([
    ["\n\n", "the file has no sequences: all lines are empty"],
    [
      '{"inputs": [1], "targets": 1}\n{"inputs": [1],, "targets": 1}',
      "line 2, column 16: not JSON (PropertyNameExpected)",
    ],
    ['{"inputs": [NaN]}', "line 1, column 13: not JSON: write null for a missing value in place of NaN"],
    ["[1]", 'line 1, column 1: expected an object such as { "inputs": [[0.5], [0.7]], "targets": 1 }'],
    ['{"input": [1]}', 'line 1, column 1: there is no key "inputs"; the keys are "input"'],
    ['{"inputs": [1]}', 'line 1, column 1: there is no key "targets"; the keys are "inputs"'],
    ['{"inputs": [], "targets": 1}', "line 1, column 12: expected an array of numbers or of steps"],
    ['{"inputs": 3, "targets": 1}', "line 1, column 12: expected an array of numbers or of steps"],
    ['{"inputs": [[1, "2"]], "targets": 1}', 'line 1, column 17: "2" is not a finite number'],
    ['{"inputs": [1, 1e999], "targets": 1}', "line 1, column 16: Infinity is not a finite number"],
    ['{"inputs": [[1, 2], [3]], "targets": 1}', "line 1, column 21: this step has 1 numbers; expected 2"],
    ['{"inputs": [[]], "targets": 1}', "line 1, column 13: this step has 0 numbers; expected 1"],
    [
      '{"inputs": [1], "targets": 1}\n{"inputs": [1], "targets": "a"}',
      "line 2, column 28: this target is text, but others are not",
    ],
    [
      '{"inputs": [1], "targets": "a"}\n{"inputs": [1], "targets": 1}',
      "line 2, column 28: this target is text, but others are not",
    ],
  ])("%j", (text, message) => expect(() => read(text)).toThrow(new Error(message)));

  test("a mask of another length", () => {
    const keys = { inputs: "x", targets: null, mask: "m" };
    expect(() => read('{"x": [1, 2], "m": [1]}', keys)).toThrow(
      "line 1, column 20: the mask has 1 steps; the sequence has 2",
    );
  });
});
