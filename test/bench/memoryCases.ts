/** Experiments whose memory is measured: of 100 MB to 2 GB, each kind of cell on both engines, data of every kind. */
import { withDefaults } from "../../src/config/schema/defaults";
import { experimentSchema } from "../../src/config/schema/fileSchema";
import type { Experiment } from "../../src/config/schema/schema";

export interface MemoryCase {
  readonly name: string;
  readonly experiment: Experiment;
  readonly threads: 1 | 2;
  /** Makes the contents of `task.file`; null: there is none. */
  readonly data: (() => string) | null;
  /** One of those that `npm test` measures: it reaches its peak within a few steps that take milliseconds. */
  readonly isQuick: boolean;
}

interface CaseFile {
  readonly task: object;
  readonly model: object;
  readonly training?: object;
  readonly engine: "float32" | "float64";
}

interface CaseOptions {
  readonly threads?: 1 | 2;
  readonly data?: () => string;
  readonly isQuick?: boolean;
}

function memoryCase(name: string, file: CaseFile, options: CaseOptions = {}): MemoryCase {
  const training = { iterations: 6, optimizer: { kind: "adam", learningRate: 1e-5 }, ...file.training };
  // Small enough that nothing diverges, whatever the cell.
  const model = { init: { scheme: "pytorch" }, ...file.model };
  return {
    name,
    experiment: withDefaults(experimentSchema, { ...file, model, training, trace: { every: 2 } }) as Experiment,
    threads: options.threads ?? 1,
    data: options.data ?? null,
    isQuick: options.isQuick ?? false,
  };
}

const CELLS = ["linear", "rnn", "lstm", "gru"] as const;
const ENGINES = ["float32", "float64"] as const;
/** Sequences of 200 steps and 16 units that take some 300 MB in a full batch. */
const FULL = {
  float32: { linear: 8000, rnn: 8000, lstm: 2500, gru: 2800 },
  float64: { linear: 4000, rnn: 4000, lstm: 1300, gru: 1300 },
} as const;
/** Hidden units whose weights take some 400 MB. */
const WIDE = {
  float32: { linear: 2000, rnn: 2200, lstm: 1050, gru: 1200 },
  float64: { linear: 1500, rnn: 1500, lstm: 750, gru: 860 },
} as const;

type MakeCase = (name: string, file: Omit<CaseFile, "engine">, options?: CaseOptions) => MemoryCase;

function caseMaker(cell: (typeof CELLS)[number], engine: (typeof ENGINES)[number]): MakeCase {
  return (name, file, options) => memoryCase(`${cell} ${engine}: ${name}`, { ...file, engine }, options);
}

function batchCasesOf(cell: (typeof CELLS)[number], engine: (typeof ENGINES)[number]): MemoryCase[] {
  const one = caseMaker(cell, engine);
  const full = FULL[engine][cell];
  const threads = engine === "float32" ? 2 : 1;
  return [
    one("full batch", {
      task: { kind: "adding", sequences: full, length: 200 },
      model: { cell, hiddenSize: 16 },
    }),
    one(
      "large full batch",
      { task: { kind: "adding", sequences: 2 * full, length: 300 }, model: { cell, hiddenSize: 16 } },
      { threads },
    ),
    one(
      "data, batches of 32",
      {
        task: { kind: "adding", sequences: 40_000, length: 400 },
        model: { cell, hiddenSize: 8 },
        training: { batchSize: 32, iterations: 400 },
      },
      { threads, isQuick: cell === "gru" && engine === "float32" },
    ),
    one(
      "two layers with dropout, validated",
      {
        task: { kind: "adding", sequences: full, length: 200 },
        model: { cell, hiddenSize: 12, numLayers: 2, dropout: 0.2 },
        training: { batchSize: Math.round(full / 2), validation: { share: 0.2, every: 2 } },
      },
      { threads },
    ),
  ];
}

function largeCasesOf(cell: (typeof CELLS)[number], engine: (typeof ENGINES)[number]): MemoryCase[] {
  const one = caseMaker(cell, engine);
  const full = FULL[engine][cell];
  return [
    one(
      "wide",
      {
        task: { kind: "adding", sequences: 64, length: 12 },
        model: { cell, hiddenSize: WIDE[engine][cell] },
        training: { batchSize: 4 },
      },
      { isQuick: cell === "rnn" && engine === "float32" },
    ),
    one(
      "long sequences",
      {
        task: { kind: "parity", sequences: 200, length: 5000 },
        model: { cell, hiddenSize: 8 },
        training: { batchSize: Math.round(full / 40), optimizer: { kind: "sgd", learningRate: 1e-5 } },
      },
      { isQuick: cell === "linear" || engine === "float32" },
    ),
    one("symbols, an output at every step", {
      task: { kind: "copy", symbols: 20, items: 10, delay: 150, sequences: full },
      model: { cell, hiddenSize: 10 },
      training: { batchSize: Math.round(full / 2) },
    }),
  ];
}

function table(rows: number): string {
  return `level,flow\n${Array.from({ length: rows }, (_, i) => `${Math.round(1000 * Math.sin(i * i))},${(i % 31) / 4}`).join("\n")}\n`;
}

/** Words in an order that does not repeat itself. */
function words(count: number): string {
  const all = ["the", "quick", "brown", "fox", "jumps", "over", "lazy", "dog"];
  return Array.from({ length: count }, (_, i) => all[Math.floor(all.length * Math.abs(Math.sin(i * i)))]).join(" ");
}

const WINDOWS = { kind: "csv", file: "t.csv", columns: ["level"] };

const FILE_CASES: readonly MemoryCase[] = [
  memoryCase(
    "windows of 5,000 rows that overlap",
    {
      task: { ...WINDOWS, length: 5000 },
      model: { cell: "lstm", hiddenSize: 8 },
      training: { batchSize: 100 },
      engine: "float32",
    },
    { data: () => table(70_000), isQuick: true },
  ),
  memoryCase(
    "two columns of 1,500,000 rows",
    {
      task: { ...WINDOWS, columns: ["level", "flow"], length: 200 },
      model: { cell: "gru", hiddenSize: 16 },
      training: { batchSize: 100, validation: { share: 0.2, every: 1000 } },
      engine: "float64",
    },
    { data: () => table(1_500_000) },
  ),
  memoryCase(
    "a text of 8 million characters",
    {
      task: { kind: "text", file: "t.txt", length: 100 },
      model: { cell: "lstm", hiddenSize: 64 },
      training: { batchSize: 64, iterations: 400 },
      engine: "float32",
    },
    { data: () => words(1_600_000), threads: 2 },
  ),
  memoryCase(
    "a text in large batches",
    {
      task: { kind: "text", file: "t.txt", length: 100 },
      model: { cell: "gru", hiddenSize: 32 },
      training: { batchSize: 400 },
      engine: "float64",
    },
    { data: () => words(22_000) },
  ),
];

/** 60 of them. */
export const MEMORY_CASES: readonly MemoryCase[] = [
  ...CELLS.flatMap((cell) =>
    ENGINES.flatMap((engine) => [...batchCasesOf(cell, engine), ...largeCasesOf(cell, engine)]),
  ),
  ...FILE_CASES,
];
