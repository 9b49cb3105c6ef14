/** The experiments of a chaos run: small ones, of both engines, short ones and ones without an end. */

interface ChaosExperiment {
  readonly file: string;
  /** In the panel's title; no two are alike. */
  readonly name: string;
  readonly text: string;
}

/** A value that is typed over; written in this way in every experiment. */
interface ChaosField {
  readonly key: string;
  readonly values: readonly string[];
}

export const FIELDS: readonly ChaosField[] = [
  { key: "seed", values: ["1", "2", "3", "7"] },
  { key: "learningRate", values: ["0.001", "0.003", "0.01", "0.05"] },
  { key: "hiddenSize", values: ["4", "8", "12"] },
  { key: "batchSize", values: ["8", "16", "20"] },
];

const experiment = (file: string, name: string, rest: object): ChaosExperiment => ({
  file: `${file}.rnn.json`,
  name,
  text: `${JSON.stringify({ name, seed: 1, ...rest }, null, 2)}\n`,
});
const adam = { kind: "adam", learningRate: 0.003 };

/** None trains faster than about 5,000 iterations a second: what waits for a full disk is far from its limit. */
export const EXPERIMENTS: readonly ChaosExperiment[] = [
  experiment("endless", "Endless sum", {
    engine: "float64",
    task: { kind: "adding", sequences: 200, length: 20 },
    model: { cell: "lstm", hiddenSize: 8 },
    training: { optimizer: adam, iterations: 1_000_000, batchSize: 20 },
  }),
  experiment("short", "Short sum", {
    engine: "float64",
    task: { kind: "adding", sequences: 100, length: 12 },
    model: { cell: "rnn", hiddenSize: 8 },
    training: { optimizer: adam, iterations: 1500, batchSize: 16, clip: { norm: 1 } },
  }),
  experiment("fast", "Fast engine", {
    engine: "float32",
    task: { kind: "adding", sequences: 400, length: 32 },
    model: { cell: "gru", hiddenSize: 12 },
    training: {
      optimizer: adam,
      iterations: 1_000_000,
      batchSize: 20,
      validation: { share: 0.2, every: 50 },
    },
  }),
  experiment("sweep", "Many seeds", {
    engine: "float64",
    task: { kind: "adding", sequences: 100, length: 8 },
    model: { cell: "rnn", hiddenSize: 4 },
    training: { optimizer: adam, iterations: 600, batchSize: 16 },
    sweep: { seeds: 12 },
  }),
];
