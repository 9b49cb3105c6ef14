/** Nothing that a person reads of a run is left in English. */
import "../config/pseudoLanguage";
import { describe, expect, test } from "vitest";
import { parseExperiment } from "../../../src/config/read/parse";
import { relaxClip, switchCell, truncateAt } from "../../../src/diagnosis/fixes";
import { collectFacts } from "../../../src/diagnosis/runFacts";
import { textDataset } from "../../../src/core/tasks/text";
import { readTypedSequence } from "../../../src/core/tasks/typedSequence";
import { createTrainer } from "../../../src/core/training/trainer";
import {
  cellAloneSentences,
  matchSentences,
  predictedSentence,
  predictionFormula,
  slopeSentences,
} from "../../../webview/views/gradientByStep/decayWords";
import { RULES, type Finding, type Fix, type RuleName } from "../../../src/shared/wire/findings";
import { formatValue } from "../../../src/shared/words/numberFormat";
import { quantitiesOf } from "../../../webview/state/quantities";
import { csvDatasetOf } from "./support";
import { readSafetensors } from "../../../src/formats/safetensors";
import { CASES } from "../diagnosis/cases";
import { makeCase } from "../../corpus/corpus";
import type { SickKind } from "../../corpus/case";
import { runSubject } from "../../corpus/runCase";
import { diagnose, experimentIn, textOf, type File } from "../diagnosis/support";

/** Values of the config that titles name as they stand in the file, formulas, and numbers that are called by name. */
const NAMES = ["identity", "orthogonal", "NaN", "weight_hh", "dL", "dh"];

/** Words of two or more plain letters, which no translated text has. Values in quotes are no words. */
function englishIn(text: string, names: readonly string[]): string[] {
  const words = text.replaceAll(/"[^"]*"/g, " ").match(/[\p{L}\p{N}_]+(?:\.[\p{L}_][\p{L}\p{N}_]*)*/gu) ?? [];
  return words.filter((word) => /^[A-Za-z_][\w.]+$/.test(word) && !NAMES.includes(word) && !names.includes(word));
}

/** Where it is not as it should be, the text is in the report too. */
function expectForeign(text: string, names: readonly string[] = []): void {
  expect(text).not.toBe("");
  expect([text, englishIn(text, names)]).toEqual([text, []]);
}

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return expect.fail("nothing was thrown");
}

/** Beside the cases of the rules: other words for the same. */
const MORE: readonly (readonly [rule: RuleName, file: File])[] = [
  [
    "vanishing",
    {
      seed: 1,
      task: { kind: "adding", sequences: 40, length: 40 },
      model: { cell: "rnn", hiddenSize: 6 },
      training: { optimizer: { kind: "sgd", learningRate: 0.01 }, iterations: 250 },
    },
  ],
  [
    "loss-not-finite",
    {
      task: { kind: "count-ones", length: 400 },
      model: { init: { weight_ih_l0: 1, weight_hh_l0: 1000 } },
      training: { optimizer: { kind: "sgd", learningRate: 1 }, iterations: 5 },
    },
  ],
];

/** Kinds of the corpus, for rules that need data of their own. */
const OF_CORPUS: readonly (readonly [rule: RuleName, kind: SickKind])[] = [
  ["overfitting", "overfitting"],
  ["mean-only", "mean-only"],
  ["last-value-only", "last-value-only"],
  ["memoryless", "memoryless"],
  ["contradictory-targets", "contradictory"],
  ["unscaled-targets", "unscaled"],
  ["vanishing-in-depth", "vanishing-in-depth"],
  ["label-noise", "label-noise"],
  ["padding", "padding"],
];

const FOUND = [...CASES.map(({ rule, file }) => [rule, file] as const), ...MORE];

describe("a finding is told in the reader's language", () => {
  test("of every rule", () => {
    expect(new Set([...FOUND, ...OF_CORPUS].map(([rule]) => rule))).toEqual(new Set(RULES));
  });

  test.each(FOUND)("%s %#", (rule, file) => {
    const { findings } = diagnose(textOf(file));
    expect(findings.map((finding) => finding.rule)).toContain(rule);
    for (const { message, fixes } of findings as Finding[])
      for (const line of [message, ...fixes.map(({ title }) => title)]) expectForeign(line);
  });

  test.each(OF_CORPUS)("%s, in the corpus", (rule, kind) => {
    const { findings } = runSubject(makeCase(kind, "tuning", 0));
    const found = findings.find((finding) => finding.rule === rule) ?? expect.fail(`no ${rule}`);
    for (const line of [found.message, ...found.fixes.map(({ title }) => title)]) expectForeign(line);
  });

  test("with fixes that few runs have", () => {
    const facts = (file: File) => collectFacts(experimentIn(textOf(file)), 20, true);
    const clip = { norm: 1 };
    const titles = (...fixes: readonly (Fix | null)[]): string[] =>
      fixes.map((fix) => fix?.title ?? expect.fail("there is no fix"));
    const lines = titles(
      truncateAt(facts({}), 2, 2 ** 18 * 100),
      truncateAt(facts({}), 2, 2 ** 10 * 100),
      relaxClip(facts({ training: { clip, optimizer: { kind: "rprop" } } }), 4),
      relaxClip(facts({ training: { clip, optimizer: { kind: "adam" } } }), 4),
      switchCell(facts({ task: { kind: "parity" }, model: { cell: "rnn" } }), "gru"),
      switchCell(facts({ task: { kind: "parity" }, model: { cell: "rnn" } }), "lstm"),
    );
    for (const line of lines) expectForeign(line);
  });
});

const MODELS = [
  { cell: "linear" },
  { cell: "linear", hiddenSize: 3 },
  { cell: "rnn" },
  { cell: "rnn", hiddenSize: 3, numLayers: 2 },
  { cell: "lstm" },
  { cell: "gru" },
];

test.each(MODELS)(
  "what is measured of $cell, $hiddenSize units, has names in the reader's language, and the prediction is explained",
  (model) => {
    for (const kind of ["count-ones", "binary-addition"]) {
      const header = createTrainer(experimentIn(textOf({ task: { kind }, model }))).header("run", "hash");
      for (const { label } of quantitiesOf(header, 0)) expectForeign(label);
      const curve = new Float64Array(1);
      const decay = {
        curve,
        factor: 1.2,
        cellAlone: { curve, from: 0, share: 0.5, moduli: null },
        slopes: null,
        sequences: 1,
      };
      for (const nonlinearity of ["tanh", "relu"] as const)
        for (const mean of [0.1, 0.6, 0.9])
          for (const sentence of slopeSentences(header, { ...decay, slopes: { radius: 2, mean, nonlinearity } }))
            expectForeign(sentence);
      expectForeign(predictedSentence(header, decay));
      for (let layer = 0; layer < header.numLayers; layer++) expectForeign(predictionFormula(header, layer));
      for (const [lower, higher] of [
        [9, 0],
        [0, 9],
        [5, 5],
      ] as const)
        for (const near of [0, 9, 10])
          for (const partsAt of [null, 3]) {
            const match = { steps: 10, near, lower, higher, median: 4, partsAt };
            const gap = { step: 0, ratio: higher > lower ? 8 : 1 };
            for (const sentence of [
              ...matchSentences(header, match, true),
              ...cellAloneSentences(header, decay, { match, gap }),
            ])
              expectForeign(sentence);
          }
    }
    for (const value of [NaN, Infinity, -Infinity]) expectForeign(formatValue(value));
  },
);

const TYPED: readonly (readonly [kind: string, wrong: readonly string[]])[] = [
  ["parity", ["", "2", "1".repeat(99)]],
  ["binary-addition", ["", "1", "1 + 2 + 3", "+ 1", "1 +", "1 1 + 2", "a + 1", `${"1".repeat(999)} + 1`]],
  ["adding", ["0.1 ?"]],
  ["copy", ["99"]],
  ["temporal-order", ["9"]],
  ["flip-flop", ["1 0", "1 0 x"]],
  ["sine", ["?"]],
  ["integrator", ["1 0 0", "1 ?"]],
];

test.each(TYPED)("a sequence of %s is asked for and refused in the reader's language", (kind, wrong) => {
  const experiment = experimentIn(textOf({ task: { kind } }));
  const trainer = createTrainer(experiment);
  expectForeign(trainer.header("run", "hash").data?.typing?.form ?? "");
  for (const text of wrong) {
    const read = readTypedSequence(
      text,
      { task: experiment.task, dataset: trainer.dataset, vocabulary: null, everyStep: false },
      50,
    );
    expectForeign("problem" in read ? read.problem.message : "It was read.");
  }
});

test("a table of several columns and a text are asked for and refused in the reader's language", () => {
  for (const columns of [["a"], ["a", "b"]]) {
    const experiment = experimentIn(textOf({ task: { kind: "csv", file: "x.csv", columns, length: 2 } }));
    const trainer = createTrainer(experiment, { files: { data: "a,b\n1,2\n2,3\n3,4\n4,5\n", weights: null } });
    expectForeign(trainer.header("run", "hash").data?.typing?.form ?? "");
    for (const text of ["?", "1; 2", "1 2 3"]) {
      const read = readTypedSequence(
        text,
        { task: experiment.task, dataset: trainer.dataset, vocabulary: null, everyStep: true },
        1,
      );
      expectForeign("problem" in read ? read.problem.message : "It was read.");
    }
  }
  const experiment = experimentIn(textOf({ task: { kind: "text", file: "x.txt", length: 3 } }));
  const trainer = createTrainer(experiment, { files: { data: "ababababab", weights: null } });
  expectForeign(trainer.header("run", "hash").data?.typing?.form ?? "");
  const read = readTypedSequence(
    "abc",
    { task: experiment.task, dataset: trainer.dataset, vocabulary: ["a", "b"], everyStep: true },
    50,
  );
  expectForeign("problem" in read ? read.problem.message : "It was read.");
});

test("a file that does not serve is refused in the reader's language", () => {
  const options = { columns: ["a"], target: null, length: 2, horizon: 1, stride: 1 };
  for (const text of ["", "a\n1,2\n", 'a\n"1', "b\n1\n", "a\nx\n", "a\n1\n"])
    expectForeign(
      messageOf(() => csvDatasetOf(text, options, "every", 0)),
      ["t.csv"],
    );
  expectForeign(
    messageOf(() => csvDatasetOf("a\n1\n2\n3\n4\n5\n6\n7\n", { ...options, stride: 5 }, "every", 0.25)),
    ["t.csv"],
  );
  for (const share of [0, 0.5]) expectForeign(messageOf(() => textDataset("ab", 5, "every", share)));
  for (const bytes of [
    new Uint8Array(3),
    Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0),
    Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 63),
    Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 49),
  ])
    expectForeign(messageOf(() => readSafetensors(bytes)));
});

test.each([
  { trace: { sequence: 99_999 } },
  { engine: "float32" },
  { task: { kind: "text", file: "x" } },
  { model: { init: { file: "w" } } },
  { task: { kind: "adding", sequences: 1_000_000, length: 1000 } },
])("an experiment that cannot run is refused in the reader's language: %j", (file) => {
  const { experiment, problems } = parseExperiment(textOf(file));
  const message = experiment === null ? (problems[0]?.message ?? "") : messageOf(() => createTrainer(experiment));
  expectForeign(message, ["text", "GiB", "task.sequences", "rnnLab.memory.limit"]);
});
