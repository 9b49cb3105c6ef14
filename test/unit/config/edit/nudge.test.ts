import { describe, expect, test } from "vitest";
import { nudge } from "../../../../src/config/edit/nudge";
import { nextStep } from "../../../../src/config/edit/steps";
import { applyEdits } from "../support";

/** The text after `count` steps, fewer where the way ends; undefined when there was none. `|` is the cursor. */
function walk(marked: string, direction: 1 | -1, count: number): string | undefined {
  const offset = marked.indexOf("|");
  let text = marked.replace("|", "");
  let moved = false;
  for (let i = 0; i < count; i++) {
    const edits = nudge(text, offset, direction);
    moved ||= edits.length > 0;
    text = applyEdits(text, edits);
  }
  return moved ? text : undefined;
}

const up = (text: string, count = 1): string | undefined => walk(text, 1, count);
const down = (text: string, count = 1): string | undefined => walk(text, -1, count);
const sgd = (rate: string): string =>
  `{ "training": { "optimizer": { "kind": "sgd", "learningRate": ${rate} /* keep */ } } }`;

describe("a number is stepped as a person would try the next", () => {
  test("a learning rate by 1, 2, 5", () => {
    expect([1, 2, 3, 4].map((count) => up(sgd("|0.01"), count))).toEqual([
      sgd("0.02"),
      sgd("0.05"),
      sgd("0.1"),
      sgd("0.2"),
    ]);
    expect([1, 2, 3, 4].map((count) => down(sgd("0.01|"), count))).toEqual([
      sgd("0.005"),
      sgd("0.002"),
      sgd("0.001"),
      sgd("0.0005"),
    ]);
    expect([up(sgd("0.0|3")), down(sgd("0.0|3"))]).toEqual([sgd("0.05"), sgd("0.02")]);
    expect(down(sgd("1e-|6"))).toBe(sgd("5e-7"));
  });
  test("counts by whole steps, long ones by more", () => {
    expect([up('{ "model": { "hiddenSize": |4 } }'), down('{ "model": { "hiddenSize": |4 } }')]).toEqual([
      '{ "model": { "hiddenSize": 5 } }',
      '{ "model": { "hiddenSize": 3 } }',
    ]);
    expect([up('{ "training": { "iterations": |507 } }'), down('{ "training": { "iterations": |507 } }')]).toEqual([
      '{ "training": { "iterations": 600 } }',
      '{ "training": { "iterations": 500 } }',
    ]);
    expect(up('{ "training": { "batchSize": |32 } }')).toBe('{ "training": { "batchSize": 33 } }');
  });
  test("weights by tenths, without the noise of binary fractions, through 0", () => {
    const at = (weight: string): string => `{ "model": { "init": { "weight_hh_l0": ${weight} } } }`;
    expect([up(at("|0.2")), up(at("|-0.1")), down(at("|0.0")), up(at("|1.25"))]).toEqual([
      at("0.3"),
      at("0"),
      at("-0.1"),
      at("1.3"),
    ]);
    expect(up('{ "model": { "init": { "values": { "weight_hh_l0": [[|1]] } } } }')).toBe(
      '{ "model": { "init": { "values": { "weight_hh_l0": [[1.1]] } } } }',
    );
  });
  test("a momentum by what is missing to 1", () => {
    const at = (momentum: string): string =>
      `{ "training": { "optimizer": { "kind": "momentum", "momentum": ${momentum} } } }`;
    expect([1, 2, 3, 4, 5].map((count) => up(at("|0.8"), count))).toEqual(
      ["0.9", "0.95", "0.98", "0.99", "0.995"].map(at),
    );
    expect([1, 2, 3].map((count) => down(at("|0.95"), count))).toEqual(["0.9", "0.8", "0.7"].map(at));
  });
  test("a number of a sweep as the value that it is for", () => {
    expect(
      up(
        '{ "sweep": { "parameters": { "training.optimizer.momentum": [0.5, |0.9] } }, "training": { "optimizer": { "kind": "momentum" } } }',
      ),
    ).toContain("[0.5, 0.95]");
  });
});

describe("no step leads out of what may be", () => {
  test("at the ends of a range nothing happens", () => {
    expect(down('{ "model": { "hiddenSize": |1 } }')).toBeUndefined();
    expect(down('{ "model": { "hiddenSize": |3 } }', 9)).toBe('{ "model": { "hiddenSize": 1 } }');
    expect(up('{ "training": { "optimizer": { "kind": "rprop", "etaMinus": |0.9 } } }', 9)).toContain("0.95");
    expect(down('{ "training": { "optimizer": { "kind": "adamw", "weightDecay": |0.0005 } } }', 9)).toContain(
      '"weightDecay": 0 ',
    );
    expect(up('{ "training": { "optimizer": { "kind": "adamw", "weightDecay": |0 } } }')).toContain(
      '"weightDecay": 0.0001 ',
    );
  });
  test("nor where the rest of the file forbids it", () => {
    expect(up('{ "task": { "kind": "parity", "sequences": 5 }, "trace": { "sequence": |3 } }', 9)).toContain(
      '"sequence": 4 ',
    );
  });
  test("every number of the schema has a step that stays in range", () => {
    for (const value of [1e-12, 0.3, 1, 7, 500, 1e6])
      for (const direction of [1, -1] as const) {
        const next = nextStep({ type: "number", exclusiveMinimum: 0, maximum: 1e6, step: "1-2-5" }, value, direction);
        if (next !== null) expect([next > 0, next <= 1e6, Math.sign(next - value)]).toEqual([true, true, direction]);
      }
  });
});

describe("at the cursor", () => {
  test("words go to the next choice, and another kind takes its keys along", () => {
    expect([up('{ "model": { "cell": "r|nn" } }'), down('{ "model": { "cell": "r|nn" } }')]).toEqual([
      '{ "model": { "cell": "lstm" } }',
      '{ "model": { "cell": "linear" } }',
    ]);
    expect(up('{ "model": { "cell": "|gru" } }')).toBeUndefined();
    expect(up('{ "training": { "optimizer": { "kind": "s|gd", "learningRate": 0.1 } } }')).toBe(
      '{ "training": { "optimizer": { "kind": "momentum", "learningRate": 0.1 } } }',
    );
    expect(up('{ "task": { "kind": "text", "file": "a.txt", "stream": |false } }')).toContain("true");
  });
  test("on a key, the value after it on the line is meant, and on another line none", () => {
    expect(up('{\n  "se|ed": 1,\n  "name": "x" }')).toBe('{\n  "seed": 2,\n  "name": "x" }');
    expect(up('{\n  "model": |{\n  "hiddenSize": 4 } }')).toBeUndefined();
    expect(up('{ "seed": |')).toBeUndefined();
  });
});
