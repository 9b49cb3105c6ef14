import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TaskConfig } from "../../../src/config/schema/schema";
import { createTrainer, type Trainer } from "../../../src/core/training/trainer";
import { copySequences } from "../../../src/core/tasks/sequenceValues";
import { readTypedSequence, typingHint, type TypedSequence } from "../../../src/core/tasks/typedSequence";
import { experimentOf } from "./support";

const MAX_STEPS = 1000;
const VERSE = "rain in the morning, rain in the night. ".repeat(4);
const TABLE = `level,rain\n${Array.from({ length: 40 }, (_, row) => `${100 + 7 * ((row * 5) % 11)},${(row * 3) % 7}`).join("\n")}\n`;

interface Case {
  readonly task: { readonly kind: TaskConfig["kind"]; readonly [key: string]: unknown };
  readonly readout?: "every";
  /** How a sequence of the data is typed. */
  readonly text: (inputs: readonly number[], trainer: Trainer) => string;
}

const CASES: readonly Case[] = [
  { task: { kind: "count-ones", length: 9 }, text: (inputs) => inputs.join("") },
  { task: { kind: "count-ones", length: 9 }, readout: "every", text: (inputs) => inputs.join(" ") },
  { task: { kind: "parity", length: 7 }, text: (inputs) => inputs.join(", ") },
  {
    task: { kind: "adding", length: 12 },
    text: (inputs) =>
      Array.from({ length: 12 }, (_, t) => `${inputs[2 * t]}${inputs[2 * t + 1] === 1 ? "*" : ""}`).join(" "),
  },
  { task: { kind: "copy", symbols: 5, items: 4, delay: 6 }, text: (inputs) => inputs.slice(0, 4).join("") },
  { task: { kind: "temporal-order", length: 20 }, text: (inputs) => inputs.join(" ") },
];

function trainerOf({ task, readout }: Pick<Case, "task" | "readout">): {
  trainer: Trainer;
  typed: Parameters<typeof readTypedSequence>[1];
} {
  const experiment = experimentOf({
    task,
    model: { cell: "rnn", hiddenSize: 2, ...(readout === undefined ? {} : { readout }) },
  });
  const trainer = createTrainer(experiment, {
    files: { data: task.kind === "csv" ? TABLE : task.kind === "text" ? VERSE : null, weights: null },
  });
  return {
    trainer,
    typed: {
      task: experiment.task,
      dataset: trainer.dataset,
      vocabulary: trainer.vocabulary,
      everyStep: trainer.spec.readout === "every",
    },
  };
}

function read(text: string, { task, readout }: Pick<Case, "task" | "readout">): TypedSequence {
  const sequence = readTypedSequence(
    text,
    trainerOf({ task, ...(readout === undefined ? {} : { readout }) }).typed,
    MAX_STEPS,
  );
  if ("problem" in sequence) throw new Error(sequence.problem.message);
  return sequence;
}

function problemOf(text: string, task: Case["task"]): readonly [string, string] {
  const sequence = readTypedSequence(text, trainerOf({ task }).typed, MAX_STEPS);
  if (!("problem" in sequence)) throw new Error(`${text} was taken`);
  return [sequence.problem.message, text.slice(sequence.problem.from, sequence.problem.to)];
}

describe("a typed sequence", () => {
  it.each(CASES)(
    "of $task.kind is what the generator makes of the same sequence, with its target",
    ({ task, readout, text }) => {
      const { trainer, typed } = trainerOf({ task, ...(readout === undefined ? {} : { readout }) });
      const { dataset } = trainer;
      for (let n = 0; n < 5; n++) {
        const inputs = Array.from(copySequences(dataset.inputs, n, n + 1));
        const sequence = readTypedSequence(text(inputs, trainer), typed, MAX_STEPS);
        expect(sequence).toEqual({
          timeSteps: dataset.timeSteps,
          inputs: Float64Array.from(inputs),
          targets: copySequences(dataset.targets, n, n + 1),
        });
      }
    },
  );

  it("of binary-addition is a sum, least significant bit first, with a step for the last carry", () => {
    const { timeSteps, inputs, targets } = read("13 + 0b111", { task: { kind: "binary-addition" } });
    expect(timeSteps).toBe(5);
    expect(Array.from(inputs)).toEqual([1, 1, 0, 1, 1, 1, 1, 0, 0, 0]);
    expect(Array.from(targets ?? [])).toEqual([0, 0, 1, 0, 1]);
  });

  it("of text has the next character as the target of each but the last", () => {
    const task = { kind: "text", file: "verse.txt", length: 10 } as const;
    const { trainer } = trainerOf({ task });
    const { inputs, targets } = read("the rain", { task });
    const spell = (symbols: Iterable<number>): string =>
      Array.from(symbols, (symbol) => trainer.vocabulary?.[symbol] ?? "?").join("");
    expect(spell(inputs)).toBe("the rain");
    expect(spell(targets ?? [])).toBe("he rain?");
  });

  it("of csv is typed in the units of the file, and its targets are the rows after", () => {
    const task = { kind: "csv", file: "t.csv", columns: ["level", "rain"], length: 4 } as const;
    const { trainer } = trainerOf({ task });
    const { inputs, targets } = read("100, 0; 135, 3; 170, 6; 128, 2", { task });
    expect(Array.from(inputs)).toEqual(Array.from(copySequences(trainer.dataset.inputs, 0, 1)));
    expect(Array.from(targets ?? [])).toEqual([...copySequences(trainer.dataset.inputs, 0, 1).subarray(2), NaN, NaN]);
  });

  it("has no target where the task defines none: one mark, three signs", () => {
    expect(read("0.5 0.2* 0.1", { task: { kind: "adding", length: 10 } }).targets).toBeNull();
    expect(read("4 5 4", { task: { kind: "temporal-order", length: 10 } }).targets).toBeNull();
    expect(read("0 1 0", { task: { kind: "sine" } }).targets).toBeNull();
    expect([...read("1 -1; 0 1; 0 0", { task: { kind: "flip-flop", bits: 2 } }).targets!]).toEqual([1, -1, 1, 1, 1, 1]);
  });

  it.each<[string, Case["task"], string, string]>([
    ["0102", { kind: "count-ones" }, '"2" is not a bit; enter only 0 and 1', "2"],
    ["1😀1", { kind: "parity" }, '"😀" is not a bit; enter only 0 and 1', "😀"],
    ["", { kind: "count-ones" }, "Enter an input", ""],
    ["13", { kind: "binary-addition" }, "Enter a sum, for example 13 + 7", "13"],
    ["1 + 2 + 3", { kind: "binary-addition" }, "Enter only two numbers", "+"],
    ["1 + two", { kind: "binary-addition" }, '"two" is not a non-negative integer', "two"],
    ["1 +", { kind: "binary-addition" }, "Enter a number after the +", "+"],
    ["0.3 0.5* x*", { kind: "adding", length: 10 }, '"x" is not a number', "x*"],
    ["1e999", { kind: "sine" }, '"1e999" is not a number', "1e999"],
    ["1 2 8", { kind: "copy", symbols: 4, items: 3, delay: 2 }, '"8" is not a symbol of this task; use 0 to 3', "8"],
    [
      "1, 2; 3",
      { kind: "csv", file: "t.csv", columns: ["level", "rain"], length: 4 },
      "Step 2 has 1 number; expected 2: level, rain",
      "3",
    ],
    [
      "rain Q",
      { kind: "text", file: "v.txt", length: 10 },
      '"Q" does not occur in the training text, so the network has no input for it',
      "Q",
    ],
    ["1".repeat(1001), { kind: "count-ones" }, "This input has 1001 time steps; the maximum is 1000", "1".repeat(1001)],
  ])("says of %j what is wrong, and where", (text, task, message, where) => {
    expect(problemOf(text, task)).toEqual([message, where]);
  });

  it("is either read or refused with a place inside the text, whatever is typed", () => {
    const kinds: readonly Case["task"][] = [
      { kind: "count-ones" },
      { kind: "binary-addition" },
      { kind: "adding", length: 10 },
      { kind: "copy", symbols: 12, items: 3, delay: 2 },
      { kind: "csv", file: "t.csv", columns: ["level", "rain"], length: 4 },
      { kind: "text", file: "v.txt", length: 10 },
    ];
    for (const { typed } of kinds.map((task) => trainerOf({ task }))) {
      fc.assert(
        fc.property(
          fc.oneof(fc.string({ unit: "grapheme", maxLength: 40 }), fc.stringMatching(/^[0-9+*;., b]{0,30}$/)),
          (text) => {
            const sequence = readTypedSequence(text, typed, MAX_STEPS);
            if ("problem" in sequence)
              expect(
                0 <= sequence.problem.from &&
                  sequence.problem.from <= sequence.problem.to &&
                  sequence.problem.to <= text.length,
              ).toBe(true);
            else expect(sequence.timeSteps).toBeGreaterThan(0);
          },
        ),
        { numRuns: 300 },
      );
    }
  });

  it.each([
    "count-ones",
    "parity",
    "binary-addition",
    "adding",
    "copy",
    "temporal-order",
    "flip-flop",
    "sine",
    "go-no-go",
    "integrator",
    "csv",
    "text",
  ] as const)("of %s has an example that is right", (kind) => {
    const extra =
      kind === "csv"
        ? { file: "t.csv", columns: ["level", "rain"], length: 4 }
        : kind === "text"
          ? { file: "v.txt", length: 10 }
          : {};
    const { typed } = trainerOf({ task: { kind, ...extra } });
    const { example } = typingHint(typed);
    expect(readTypedSequence(example, typed, MAX_STEPS)).not.toHaveProperty("problem");
  });
});
