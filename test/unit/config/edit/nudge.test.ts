import { describe, expect, test } from "vitest";
import { experimentSchema } from "../../../../src/config/schema/fileSchema";
import type { JsonSchema } from "../../../../src/config/schema/jsonSchema";
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

/** Every number of a schema with its path, also of the choices and of what lists hold. */
function numbersIn(schema: JsonSchema, path = "experiment"): [path: string, schema: JsonSchema][] {
  const own: [string, JsonSchema][] = schema.type === "number" || schema.type === "integer" ? [[path, schema]] : [];
  const inside = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => numbersIn(value, `${path}.${key}`));
  const choices = (schema.anyOf ?? []).flatMap((choice, i) => numbersIn(choice, `${path}|${i}`));
  return [...own, ...inside, ...choices];
}

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
    expect(up('{ "model": { "init": { "forgetBias": |1 } } }')).toBe('{ "model": { "init": { "forgetBias": 1.5 } } }');
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
        '{ "sweep": { "parameters": { "training.optimizer.momentum": [0.5, |0.9] } }, "training": { ' +
          '"optimizer": { "kind": "momentum" } } }',
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
  test.each(numbersIn(JSON.parse(JSON.stringify(experimentSchema)) as JsonSchema))(
    "%s has steps that stay in range, up to its ends and no further",
    (_path, schema) => {
      const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
      const mayBe = (value: number) =>
        value >= (minimum ?? -Infinity) &&
        value <= (maximum ?? Infinity) &&
        value > (exclusiveMinimum ?? -Infinity) &&
        value < (exclusiveMaximum ?? Infinity) &&
        (schema.type === "number" || Number.isInteger(value));
      const values = [schema.default, minimum, maximum, 1e-6, 0.3, 0.5, 1, 7, 500, 1e6].filter(
        // A step of a tenth is within the digits that are kept of a number, which at 1e12 it is not.
        (value): value is number => typeof value === "number" && mayBe(value) && Math.abs(value) <= 1e9,
      );
      let steps = 0;
      for (const value of values)
        for (const direction of [1, -1] as const) {
          const next = nextStep(schema, value, direction);
          if (next === null) {
            // Only at an end of the range, or within a step of one that is not part of it.
            const [end, openEnd] = direction === 1 ? [maximum, exclusiveMaximum] : [minimum, exclusiveMinimum];
            const distance = Math.abs((end ?? openEnd ?? NaN) - value);
            expect(distance).toBeLessThanOrEqual(end === undefined ? Number(schema.step) || 0.1 : 0);
          } else {
            steps++;
            expect([value, next, mayBe(next), Math.sign(next - value)]).toEqual([value, next, true, direction]);
          }
        }
      expect(steps).toBeGreaterThan(0);
    },
  );
});

describe("at the cursor", () => {
  test("words go to the next choice, and another kind takes its keys along", () => {
    expect([up('{ "model": { "cell": "r|nn" } }'), down('{ "model": { "cell": "r|nn" } }')]).toEqual([
      '{ "model": { "cell": "lstm" } }',
      '{ "model": { "cell": "linear" } }',
    ]);
    expect(up('{ "engine": "|float32" }')).toBeUndefined();
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
