/** A sequence that somebody types, for the task of a run: its inputs, and its target where the task defines one. */
import * as l10n from "@vscode/l10n";
import { isTrialTask, trialTraits } from "../../config/facts/trialTasks";
import type { TaskConfig } from "../../config/schema/schema";
import type { TypedProblem } from "../../shared/trace/inspection";
import type { TypingHint } from "../../shared/trace/taskHints";
import { lastPulses } from "./flipFlop";
import { readAddition, readBits, readMarkedNumbers, readNumberRows, readSymbols, TypedError } from "./typedForms";
import type { Dataset } from "./task";
import { describeValue, printable } from "../../lib/outsideText";

export interface TypedSequence {
  readonly timeSteps: number;
  /** As `Dataset.inputs` of one sequence: [T, I], or symbols [T]. */
  readonly inputs: Float64Array;
  /** As `Dataset.targets` of one sequence, NaN at output steps without a target; null when there is none at all. */
  readonly targets: Float64Array | null;
}

interface TypedTask {
  readonly task: TaskConfig;
  readonly dataset: Dataset;
  readonly vocabulary: readonly string[] | null;
  /** True when there is an output at every step. */
  readonly everyStep: boolean;
}

/** @param mostSteps a longer sequence is refused */
export function readTypedSequence(
  text: string,
  typed: TypedTask,
  mostSteps: number,
): TypedSequence | { readonly problem: TypedProblem } {
  try {
    const sequence = readFor(text, typed);
    if (sequence.timeSteps === 0) throw new TypedError(l10n.t("Enter an input"), 0, text.length);
    if (sequence.timeSteps > mostSteps)
      throw new TypedError(
        l10n.t("This input has {0} time steps; the maximum is {1}", sequence.timeSteps, mostSteps),
        0,
        text.length,
      );
    return sequence;
  } catch (error) {
    if (!(error instanceof TypedError)) throw error;
    return { problem: { message: error.message, from: error.from, to: error.to } };
  }
}

function readFor(text: string, { task, dataset, vocabulary, everyStep }: TypedTask): TypedSequence {
  const running = (inputs: Float64Array, values: readonly number[]): TypedSequence => ({
    timeSteps: inputs.length,
    inputs,
    targets: Float64Array.from(everyStep ? values : values.slice(-1)),
  });
  if (isTrialTask(task)) return readWithoutTarget(text, trialTraits(task).inputs);
  switch (task.kind) {
    case "count-ones": {
      const bits = readBits(text);
      let ones = 0;
      return running(
        bits,
        Array.from(bits, (bit) => (ones += bit)),
      );
    }
    case "parity": {
      const bits = readBits(text);
      let odd = 0;
      return running(
        bits,
        Array.from(bits, (bit) => (odd ^= bit)),
      );
    }
    case "binary-addition":
      return addBinary(...readAddition(text));
    case "adding": {
      const { numbers, marks } = readMarkedNumbers(text);
      const inputs = Float64Array.from(numbers.flatMap((number, t) => [number, marks[t] === true ? 1 : 0]));
      const marked = numbers.filter((_, t) => marks[t]);
      return {
        timeSteps: numbers.length,
        inputs,
        targets: marked.length === 2 ? Float64Array.of(marked[0]! + marked[1]!) : null,
      };
    }
    case "copy":
      return copyItems(readSymbols(text, task.symbols), task.symbols, task.delay);
    case "temporal-order": {
      const inputs = readSymbols(text, ORDER_SYMBOLS);
      const told = inputs.filter((symbol) => symbol >= FIRST_TOLD);
      return {
        timeSteps: inputs.length,
        inputs: Float64Array.from(inputs),
        targets: told.length === 2 ? Float64Array.of(2 * (told[0]! - FIRST_TOLD) + told[1]! - FIRST_TOLD) : null,
      };
    }
    case "flip-flop":
      return readPulses(text, task.bits, everyStep);
    case "sine":
      return readWithoutTarget(text, ["value"]);
    case "arrays":
      return readWithoutTarget(text, featureNames(dataset));
    case "csv":
      return readSeries(text, task, dataset, everyStep);
    case "text":
      return readCharacters(text, vocabulary ?? [], everyStep);
  }
}

const ORDER_SYMBOLS = 6;
/** Symbols 4 and 5 of temporal-order are the two whose order is the target. */
const FIRST_TOLD = 4;

function readWithoutTarget(text: string, names: readonly string[]): TypedSequence {
  const rows = readNumberRows(text, names);
  return { timeSteps: rows.length, inputs: Float64Array.from(rows.flat()), targets: null };
}

/** As flipFlop: the target of each input is its last pulse. */
function readPulses(text: string, bits: number, everyStep: boolean): TypedSequence {
  const names = Array.from({ length: bits }, (_, bit) => l10n.t("input {0}", bit));
  const rows = readNumberRows(text, names);
  const inputs = Float64Array.from(rows.flat());
  const targets = lastPulses(inputs, rows.length, bits);
  return { timeSteps: rows.length, inputs, targets: everyStep ? targets : targets.slice(-bits) };
}

/** As binaryAddition: least significant bit first, and a step more for the last carry. */
function addBinary(a: bigint, b: bigint): TypedSequence {
  const bits = Math.max(a.toString(2).length, b.toString(2).length);
  const timeSteps = bits + 1;
  const bit = (value: bigint, t: number): number => Number((value >> BigInt(t)) & 1n);
  const inputs = Float64Array.from({ length: 2 * timeSteps }, (_, i) => bit(i % 2 === 0 ? a : b, Math.floor(i / 2)));
  return { timeSteps, inputs, targets: Float64Array.from({ length: timeSteps }, (_, t) => bit(a + b, t)) };
}

/** As copy: the items, a pause that ends in the sign to begin, and blanks while they are given back. */
function copyItems(items: readonly number[], blank: number, delay: number): TypedSequence {
  const pause = Array.from({ length: delay }, (_, k) => (k === delay - 1 ? blank + 1 : blank));
  const inputs = items.length === 0 ? [] : [...items, ...pause, ...items.map(() => blank)];
  const targets = [...items.map(() => blank), ...pause.map(() => blank), ...items];
  return { timeSteps: inputs.length, inputs: Float64Array.from(inputs), targets: Float64Array.from(targets) };
}

/** Of the columns that the network reads. */
function inputNames({ units }: Dataset): readonly string[] {
  return (units?.input ?? []).map(({ name }) => name);
}

/** In the units of the file. The target of a step is known where it lies within what was typed. */
function readSeries(
  text: string,
  task: Extract<TaskConfig, { kind: "csv" }>,
  dataset: Dataset,
  everyStep: boolean,
): TypedSequence {
  const { units } = dataset;
  const names = inputNames(dataset);
  const rows = readNumberRows(text, names);
  const scaled = rows.map((row) =>
    row.map((value, column) => {
      const { mean, deviation } = units?.input[column] ?? { mean: 0, deviation: 1 };
      return (value - mean) / deviation;
    }),
  );
  const at = (units?.target ?? []).map(({ name }) => names.indexOf(name));
  // Which column is foretold is no input of the network, so it was not typed.
  const known = dataset.targetKind === "values" && !at.includes(-1) && task.horizon < rows.length && everyStep;
  const targets = Float64Array.from(
    { length: rows.length * at.length },
    (_, i) => scaled[Math.floor(i / at.length) + task.horizon]?.[at[i % at.length]!] ?? NaN,
  );
  return { timeSteps: rows.length, inputs: Float64Array.from(scaled.flat()), targets: known ? targets : null };
}

/** The target of each character is the next one; that of the last is not known. */
function readCharacters(text: string, vocabulary: readonly string[], everyStep: boolean): TypedSequence {
  let offset = 0;
  const symbols = Array.from(text, (character) => {
    const symbol = vocabulary.indexOf(character);
    if (symbol < 0)
      throw new TypedError(
        l10n.t("{0} does not occur in the training text, so the network has no input for it", describeValue(character)),
        offset,
        offset + character.length,
      );
    offset += character.length;
    return symbol;
  });
  const known = everyStep && symbols.length > 1;
  return {
    timeSteps: symbols.length,
    inputs: Float64Array.from(symbols),
    targets: known ? Float64Array.from(symbols, (_, t) => symbols[t + 1] ?? NaN) : null,
  };
}

/** How a sequence is typed for this task; the example is right for it. */
export function typingHint({ task, dataset, vocabulary }: Omit<TypedTask, "everyStep">): TypingHint {
  if (isTrialTask(task)) return rowsHint(dataset, trialTraits(task).inputs);
  switch (task.kind) {
    case "count-ones":
    case "parity":
      return { example: "0110 1001", form: l10n.t("bits: 0 and 1") };
    case "binary-addition":
      return { example: "13 + 7", form: l10n.t("sum of two integers, decimal or binary: 0b1101 + 0b111") };
    case "adding":
      return { example: "0.3 0.5* 0.1 0.9* 0.2", form: l10n.t("numbers, with * after the two to add") };
    case "copy":
      return {
        example: Array.from({ length: Math.min(task.items, 8) }, (_, k) => (k * 3 + 1) % task.symbols).join(" "),
        form: l10n.t("symbols from 0 to {0}; the delay and the recall marker are added", task.symbols - 1),
      };
    case "temporal-order":
      return {
        example: "0 5 2 1 3 0 4 2 1 0",
        form: l10n.t("symbols 0 to 3, plus two of the markers 4 and 5; the target is their order"),
      };
    case "flip-flop":
      return {
        example: ["1", "0", "0", "-1", "0"].map((pulse) => `${pulse} `.repeat(task.bits).trim()).join("; "),
        form:
          task.bits === 1
            ? l10n.t("pulses: 1, -1 or 0")
            : l10n.t("{0} pulses per step, each 1, -1 or 0; separate steps with ;", task.bits),
      };
    case "sine":
      return { example: "0 0.5 0.87 1 0.87 0.5 0", form: l10n.t("numbers") };
    case "arrays":
      return {
        example: exampleRows(dataset),
        form:
          dataset.inputSize === 1
            ? l10n.t("numbers")
            : l10n.t("one row per step with {0} numbers; separate rows with ;", dataset.inputSize),
      };
    case "csv":
      return {
        example: exampleRows(dataset),
        form:
          dataset.inputSize === 1
            ? l10n.t("values of {0}, in its original unit", printable(inputNames(dataset)[0] ?? ""))
            : l10n.t(
                "one row per step: {0}, in their original units; separate rows with ;",
                printable(inputNames(dataset).join(", ")),
              ),
      };
    case "text": {
      const length = Math.min(24, dataset.timeSteps);
      return {
        example: Array.from({ length }, (_, t) => vocabulary?.[dataset.inputs.at(0, t)] ?? "")
          .join("")
          .replaceAll("\n", vocabulary?.includes(" ") === true ? " " : ""),
        form: l10n.t("text, using the characters of the training text"),
      };
    }
  }
}

function rowsHint(dataset: Dataset, names: readonly string[]): TypingHint {
  return {
    example: exampleRows(dataset),
    form: l10n.t("one row per step: {0}; separate rows with ;", names.join(", ")),
  };
}

/** Features of arrays have numbers and no names. */
function featureNames({ inputSize }: Dataset): string[] {
  return Array.from({ length: inputSize }, (_, feature) => String(feature));
}

const EXAMPLE_ROWS = 5;

function exampleRows({ units, inputs, inputSize, timeSteps }: Dataset): string {
  const value = (t: number, column: number): number => {
    const { mean, deviation } = units?.input[column] ?? { mean: 0, deviation: 1 };
    return Number((inputs.at(0, t * inputSize + column) * deviation + mean).toPrecision(4));
  };
  const rows = Array.from({ length: Math.min(EXAMPLE_ROWS, timeSteps) }, (_, t) =>
    Array.from({ length: inputSize }, (_unused, column) => value(t, column)).join(", "),
  );
  return rows.join(inputSize === 1 ? ", " : "; ");
}
