import { expect, test } from "vitest";
import { canonicalJson, configHash } from "../../../../src/config/compare/hash";
import {
  LATER_INIT_KEYS,
  LATER_KEYS,
  LATER_MODEL_KEYS,
  LATER_TRAINING_KEYS,
} from "../../../../src/config/schema/laterKeys";
import { experimentOf } from "../support";

const hash = (text: string) => configHash(experimentOf(text));

test("the hash of the default experiment stays what it is, so that recorded runs stay comparable", () => {
  expect(hash("{}")).toBe("1a597e4c8f0be2cd");
});

test("the interval of validation is in it, not how it is written, where the data are known", () => {
  const task = '"task": { "kind": "adding", "sequences": 1000, "length": 5 }';
  const of = (every: string, batchSize: number): string =>
    hash(`{ ${task}, "training": { "batchSize": ${batchSize}, "validation": { "share": 0.1, "every": ${every} } } }`);
  expect(of('"auto"', 100)).toBe(of("10", 100));
  expect(of('"auto"', 5)).toBe(of("70", 5));
});

test("an experiment without early stopping has the hash that it had before there was any", () => {
  expect(hash('{ "training": { "stop": null } }')).toBe(hash("{}"));
});

test("an experiment without huber or accumulation has the hash that it had before there were any", () => {
  expect(hash('{ "training": { "delta": 1, "accumulate": 1 } }')).toBe(hash("{}"));
});

test("an experiment without learned initial states has the hash that it had before there were any", () => {
  expect(hash('{ "model": { "learnedInitialState": false } }')).toBe(hash("{}"));
  expect(hash('{ "model": { "init": { "orthogonal": "per-gate" } } }')).toBe(hash("{}"));
});

test("an experiment with a plain candidate has the hash that it had before there were variants", () => {
  expect(hash('{ "model": { "variant": "plain" } }')).toBe(hash("{}"));
});

test("an experiment with one direction has the hash that it had before there were two", () => {
  expect(hash('{ "model": { "bidirectional": false } }')).toBe(hash("{}"));
});

test("an experiment with fast arithmetic has the hash that it had before there was a choice", () => {
  expect(hash('{ "arithmetic": "fast" }')).toBe(hash("{}"));
});

test("keys that came later are left out at their defaults, which are those of the schema", () => {
  const { arithmetic, model, training } = experimentOf("{}");
  expect({ arithmetic }).toEqual(LATER_KEYS);
  expect(model).toMatchObject(LATER_MODEL_KEYS);
  expect(model.init).toMatchObject(LATER_INIT_KEYS);
  expect(training).toMatchObject(LATER_TRAINING_KEYS);
});

test("comments, order, written-out defaults and the name make no difference", () => {
  expect(
    hash(
      '{ "task": { "length": 10, "sequences": 20, "kind": "count-ones" }, "seed": 1.0, /* same */ "name": "other" }',
    ),
  ).toBe(hash("{}"));
});

test("whatever shapes the trace makes a difference", () => {
  const texts = [
    "{}",
    '{"seed":2}',
    '{"task":{"kind":"count-ones","length":11}}',
    '{"model":{"init":{"weight_hh_l0":2.0000000000000004}}}',
    '{"training":{"iterations":501}}',
    '{"training":{"clip":{"norm":1}}}',
    '{"training":{"clip":{"value":1}}}',
    '{"training":{"optimizer":{"kind":"sgd"}}}',
    '{"training":{"validation":{"share":0.2}}}',
    '{"training":{"validation":{"share":0.2},"stop":{"patience":100}}}',
    '{"training":{"validation":{"share":0.2},"stop":{"patience":200}}}',
    '{"model":{"learnedInitialState":true}}',
    '{"model":{"variant":"log-space"}}',
    '{"model":{"bidirectional":true}}',
    '{"model":{"init":{"orthogonal":"joint"}}}',
    '{"training":{"accumulate":2}}',
    '{"training":{"loss":"mae"}}',
    '{"training":{"loss":"huber"}}',
    '{"training":{"loss":"huber","delta":2}}',
    '{"trace":{"every":2}}',
    '{"trace":{"sequence":1}}',
    '{"engine":"float64"}',
    '{"arithmetic":"portable"}',
  ];
  expect(new Set(texts.map(hash)).size).toBe(texts.length);
});

test("canonical JSON sorts keys at every depth", () => {
  expect(canonicalJson({ b: [{ d: 1, c: null }], a: "x" })).toBe('{"a":"x","b":[{"c":null,"d":1}]}');
});
