import { describe, expect, it } from "vitest";
import { createBatch, fillRow } from "../../../src/core/tasks/batches";
import { createRandom } from "../../../src/core/numerics/random";
import { adding } from "../../../src/core/tasks/adding";
import { binaryAddition } from "../../../src/core/tasks/binaryAddition";
import { copy } from "../../../src/core/tasks/copy";
import { countOnes } from "../../../src/core/tasks/countOnes";
import { createDataset, taskAtLength, withValues } from "../../../src/core/tasks/createDataset";
import { parity } from "../../../src/core/tasks/parity";
import { flipFlop } from "../../../src/core/tasks/flipFlop";
import { sine } from "../../../src/core/tasks/sine";
import { targetWidth, type Sequences } from "../../../src/core/tasks/task";
import { temporalOrder } from "../../../src/core/tasks/temporalOrder";
import { textDataset } from "../../../src/core/tasks/text";
import { csvDatasetOf, expectClose, numbersOf } from "./support";

const random = () => createRandom(3);

function rowsOf(values: Float64Array, count: number): number[][] {
  const length = values.length / count;
  return Array.from({ length: count }, (_, row) => Array.from(values.subarray(row * length, (row + 1) * length)));
}

const generated: [string, Sequences][] = [
  ["count-ones", countOnes(40, 9, "every", random())],
  ["parity", parity(40, 9, "last", random())],
  ["binary-addition", binaryAddition(40, 6, random())],
  ["adding", adding(40, 11, random())],
  ["copy", copy(40, 5, 4, 7, random())],
  ["temporal-order", temporalOrder(40, 30, random())],
  ["flip-flop", flipFlop(40, 12, 3, 0.2, "every", random())],
  ["sine", sine(40, 20, 7, 0.1, "every", random())],
];

it.each(generated)("%s fills its arrays as its sizes say", (_, data) => {
  expect(data.inputs.length).toBe(
    data.sequences * data.timeSteps * (data.inputKind === "one-hot" ? 1 : data.inputSize),
  );
  expect(data.targets.length).toBe(data.sequences * data.outputSteps * targetWidth(data));
  if (data.inputKind === "one-hot")
    expect(data.inputs.every((symbol) => Number.isInteger(symbol) && symbol >= 0 && symbol < data.inputSize)).toBe(
      true,
    );
  if (data.targetKind === "classes")
    expect(data.targets.every((target) => Number.isInteger(target) && target >= 0 && target < data.outputSize)).toBe(
      true,
    );
  if (data.targetKind === "bits") expect(new Set(data.targets)).toEqual(new Set([0, 1]));
});

it("count-ones at every step counts so far, from the same bits", () => {
  const every = countOnes(5, 8, "every", random());
  const last = countOnes(5, 8, "last", random());
  expect(every.inputs).toEqual(last.inputs);
  for (const [n, counts] of rowsOf(every.targets, 5).entries()) {
    expect(counts[7]).toBe(last.targets[n]);
    expect(counts).toEqual(
      rowsOf(every.inputs, 5)[n]!.map((_, t, bits) => bits.slice(0, t + 1).reduce((a, b) => a + b)),
    );
  }
});

it("parity tells odd from even", () => {
  const { inputs, targets } = parity(50, 7, "last", random());
  expect(Array.from(targets)).toEqual(rowsOf(inputs, 50).map((bits) => bits.reduce((a, b) => a + b) % 2));
});

it("binary-addition adds, least significant bit first", () => {
  const { inputs, targets } = binaryAddition(200, 6, random());
  const valueOf = (bits: number[]) => bits.reduce((sum, bit, place) => sum + bit * 2 ** place, 0);
  const sums = rowsOf(targets, 200).map(valueOf);
  for (const [n, pairs] of rowsOf(inputs, 200).entries()) {
    const a = valueOf(pairs.filter((_, i) => i % 2 === 0));
    const b = valueOf(pairs.filter((_, i) => i % 2 === 1));
    expect(sums[n]).toBe(a + b);
    expect(Math.max(a, b)).toBeLessThan(64);
  }
  expect(Math.max(...sums)).toBeGreaterThan(64);
});

it("adding marks one step in each half, and the target is the sum of the two", () => {
  const { inputs, targets } = adding(100, 11, random());
  for (const [n, row] of rowsOf(inputs, 100).entries()) {
    const marked = Array.from({ length: 11 }, (_, t) => t).filter((t) => row[2 * t + 1] === 1);
    expect(marked.length).toBe(2);
    expect(marked[0]).toBeLessThan(5);
    expect(marked[1]).toBeGreaterThanOrEqual(5);
    expectClose([marked.reduce((sum, t) => sum + row[2 * t]!, 0)], [targets[n]!], 1e-15);
  }
});

it("copy asks for the symbols after the sign, and only those count", () => {
  const { inputs, targets, timeSteps, score } = copy(20, 5, 4, 7, random());
  expect([timeSteps, score.steps]).toEqual([15, 4]);
  for (const [n, row] of rowsOf(inputs, 20).entries()) {
    const target = rowsOf(targets, 20)[n]!;
    expect(target.slice(11)).toEqual(row.slice(0, 4));
    expect(new Set(target.slice(0, 11))).toEqual(new Set([5]));
    expect(row.indexOf(6)).toBe(10);
    expect(row.filter((symbol) => symbol === 5).length).toBe(10);
  }
});

it("temporal-order names the order of its two signs", () => {
  const { inputs, targets } = temporalOrder(200, 30, random());
  for (const [n, row] of rowsOf(inputs, 200).entries()) {
    const signs = row.map((symbol, t) => ({ symbol, t })).filter(({ symbol }) => symbol >= 4);
    expect(signs.length).toBe(2);
    const [first, second] = signs as [{ symbol: number; t: number }, { symbol: number; t: number }];
    expect([Math.floor(first.t / 3), Math.floor(second.t / 3)]).toEqual([1, 5]);
    expect(targets[n]).toBe(2 * (first.symbol - 4) + second.symbol - 4);
  }
  expect(new Set(targets)).toEqual(new Set([0, 1, 2, 3]));
});

it("flip-flop has the last pulse of each input as its target", () => {
  const [T, bits] = [200, 3];
  const { inputs, targets } = flipFlop(4, T, bits, 0.2, "every", random());
  for (let n = 0; n < 4; n++)
    for (let bit = 0; bit < bits; bit++) {
      const at = (t: number) => (n * T + t) * bits + bit;
      expect(Math.abs(inputs[at(0)]!)).toBe(1);
      let last = 0;
      for (let t = 0; t < T; t++) {
        expect([-1, 0, 1]).toContain(inputs[at(t)]);
        if (inputs[at(t)] !== 0) last = inputs[at(t)]!;
        expect(targets[at(t)]).toBe(last);
      }
    }
  const share = inputs.filter((value) => value !== 0).length / inputs.length;
  expect(Math.abs(share - 0.2)).toBeLessThan(0.03);
  const once = flipFlop(4, T, bits, 0.2, "last", random());
  expect([...once.targets.slice(0, bits)]).toEqual([...targets.slice((T - 1) * bits, T * bits)]);
});

it("sine has the next value of the clean wave as its target", () => {
  const { inputs, targets } = sine(3, 12, 8, 0, "every", random());
  for (const [n, row] of rowsOf(inputs, 3).entries())
    expectClose(rowsOf(targets, 3)[n]!.slice(0, -1), row.slice(1), 0, 1e-14);
  const noisy = sine(3, 12, 8, 0.5, "every", random());
  expect(noisy.inputs.some((value) => Math.abs(value) > 1)).toBe(true);
  expect(noisy.targets.every((value) => Math.abs(value) <= 1)).toBe(true);
});

describe("text", () => {
  const text = "banana band";

  it("has the characters as its vocabulary, and the next one as the target", () => {
    const { dataset, vocabulary } = textDataset(text, 3, "every", 0);
    expect(vocabulary).toEqual([" ", "a", "b", "d", "n"]);
    const read = (values: Float64Array) => Array.from(values, (symbol) => vocabulary[symbol]).join("");
    expect(read(numbersOf(dataset).inputs)).toBe("banana ba");
    expect(read(numbersOf(dataset).targets)).toBe("anana ban");
    expect(read(numbersOf(textDataset(text, 3, "last", 0).dataset).targets)).toBe("a n");
  });

  it("holds out the end", () => {
    const { dataset } = textDataset(text, 2, "every", 0.3);
    expect([dataset.sequences, dataset.trainingSequences]).toEqual([5, 3]);
  });

  it("takes characters beyond 16 bits as one", () => {
    expect(textDataset("🙂a🙂a", 1, "every", 0).vocabulary).toEqual(["a", "🙂"]);
  });

  it("says when the text is too short", () => {
    expect(() => textDataset("abc", 3, "every", 0)).toThrow(/has 3 characters, but task\.length 3 requires 4/);
    expect(() => textDataset("abcd", 3, "every", 0.5)).toThrow(/but task\.length 3 with validation requires 7/);
  });
});

describe("csv", () => {
  const table = `time,"a, b",c\n${Array.from({ length: 10 }, (_, i) => `${i},${i * 2},${i % 2 === 0 ? 5 : 7}`).join("\n")}\n`;
  const options = { columns: ["a, b"], target: null, length: 3, horizon: 1, stride: 1 };

  it("standardises with the training rows, and foretells the next", () => {
    const data = csvDatasetOf(table, options, "every", 0.4);
    // Rows 0 to 5 are for training: 0, 2, ..., 10 has mean 5 and deviation sqrt(35 / 3).
    const z = (row: number) => (2 * row - 5) / Math.sqrt(35 / 3);
    expect([data.sequences, data.trainingSequences]).toEqual([4, 3]);
    expectClose(numbersOf(data).inputs, [0, 1, 2, 1, 2, 3, 2, 3, 4, 6, 7, 8].map(z), 1e-14);
    expectClose(numbersOf(data).targets, [1, 2, 3, 2, 3, 4, 3, 4, 5, 7, 8, 9].map(z), 1e-14);
  });

  it("foretells another column, some rows ahead, once per window", () => {
    const data = csvDatasetOf(
      table,
      { ...options, columns: ["time", "a, b"], target: "c", horizon: 2, stride: 4 },
      "last",
      0,
    );
    expect([data.inputSize, data.outputSize, data.sequences]).toEqual([2, 1, 2]);
    // Rows 4 and 8, of 5 and 7 by turns.
    expectClose(numbersOf(data).targets, [-1, -1], 1e-14);
  });

  it.each([
    [
      { ...options, columns: ["d"] },
      0,
      /there is no column "d"; the columns, separated by commas, are "time", "a, b", "c"/,
    ],
    [{ ...options, length: 10 }, 0, /10 training rows are too few for one window of task.length 10 plus horizon 1/],
    [{ ...options, stride: 9 }, 0.2, /2 validation rows are too few/],
  ] as const)("says what is wrong: %j", (wrong, share, message) => {
    expect(() => csvDatasetOf(table, wrong, "every", share)).toThrow(message);
  });

  it("makes a constant column zeros", () => {
    const data = csvDatasetOf("a\n4\n4\n4\n4\n", { ...options, columns: ["a"] }, "every", 0);
    expect(Array.from(numbersOf(data).inputs)).toEqual([0, 0, 0]);
  });
});

it("a share of the sequences is held out, the last ones", () => {
  const task = { kind: "adding", sequences: 10, length: 5 } as const;
  const { dataset } = createDataset(task, "last", 0.25, random(), null);
  expect([dataset.sequences, dataset.trainingSequences]).toEqual([10, 7]);
  expect(createDataset(task, "last", 0, random(), null).dataset.trainingSequences).toBe(10);
  expect(createDataset({ ...task, sequences: 2 }, "last", 0.01, random(), null).dataset.trainingSequences).toBe(1);
});

it("a file that does not serve is named", () => {
  const task = { kind: "text", file: "poem.txt", length: 5, stream: true } as const;
  expect(() => createDataset(task, "every", 0, random(), "abc")).toThrow(/^poem\.txt: the text has 3 characters/);
  expect(() => createDataset(task, "every", 0, random(), null)).toThrow(/requires the contents of "poem\.txt"/);
});

it("other lengths mean bits, delay or length", () => {
  expect(taskAtLength({ kind: "binary-addition", sequences: 5, bits: 6 }, 20, 7)).toEqual({
    kind: "binary-addition",
    sequences: 7,
    bits: 20,
  });
  expect(taskAtLength({ kind: "copy", sequences: 5, symbols: 8, items: 3, delay: 6 }, 20, 7)).toMatchObject({
    sequences: 7,
    items: 3,
    delay: 20,
  });
  expect(taskAtLength({ kind: "parity", sequences: 5, length: 6 }, 20, 7)).toEqual({
    kind: "parity",
    sequences: 7,
    length: 20,
  });
});

it("one-hot symbols are spread out in a batch, and nothing of the row before stays", () => {
  const made = temporalOrder(4, 12, random());
  const data = { ...withValues(made), trainingSequences: 4, stream: false };
  const batch = createBatch(data, 2);
  fillRow(data, 0, batch, 1);
  fillRow(data, 3, batch, 1);
  const spread = rowsOf(batch.inputs.subarray(12 * 6), 12);
  expect(spread.map((row) => row.indexOf(1))).toEqual(Array.from(made.inputs.subarray(36)));
  expect(spread.every((row) => row.filter((value) => value !== 0).length === 1)).toBe(true);
  expect(batch.targets[1]).toBe(made.targets[3]);
});
