/** Numbers of help texts, captions and messages that claim nothing about training. */
import type { Statement } from "../claim";
import { explain } from "./texts";

export const HELP_STATEMENTS: readonly Statement[] = [
  ...explain("definition", [
    "two of them marked, one in each half",
    "The candidate is u + 0.5 where u is 0 or more",
    "Sequences have `delay` + 2 `items` time steps.",
    "Weights uniform in ±sqrt(6 / (rows + columns))",
    "Beta 2",
    "whose limit is about 1.8e308",
    "95% CI",
    "Most recent quarter of the run",
    "Range: most recent quarter",
    "Range: y axes fitted to what comes after the first tenth",
    "with the y axes fitted to what comes after the first tenth",
    "Seeds: 25%",
    "Seeds: 75%",
    "Mean training loss of the last 5%",
    "bfloat16, which has 8 significant bits",
    "a cell that counts stops at 256",
    "but at most a tenth of the second.",
    "A tenth of that rate, {0}, is a common upper limit.",
  ]),
  ...explain("setting", [
    "20 sequences of 10 bits",
    "a quarter of the rows is the validation set",
    "Use 20 sequences",
    "Slurm waits 2 minutes before it starts an element",
    "Ray is starting, which takes 7 to 24 seconds.",
    "Use 20% of the sequences for validation",
  ]),
  // Of a geometric series, and of the gate's exponent.
  ...explain("arithmetic", [
    "A unit with the factor 0.9 keeps 0.9 of its state at each step.",
    "which raises it to the power of 0 to 8",
    "0.99 keeps the state for about 100 steps",
  ]),
  ...explain("limit", [
    "float64 for the linear cell with up to 8 units",
    "The linear cell with up to 8 units is always computed as with",
    "Enter a number from 0 to 100.",
    "Every 10 iterations, or less often: at most a tenth of the multiply-adds of training.",
  ]),
  // What the papers and PyTorch have as usual or default.
  ...explain("convention", [
    "0.9 is typical;",
    "0 for lru, 0.9 for rglru, as published.",
    "1 for lru, 0.999 for rglru, as published.",
    "1.2 is typical.",
    "0.5 is typical.",
    "0.01 is typical;",
    "32 to 128 is typical.",
    "less than 1e-4 of it is left",
  ]),
  ...explain("format", [
    '"sweep": { "seeds": 20 } or "sweep": { "parameters": { "training.optimizer.learningRate": [0.001, 0.01] } }',
    "it lists a file twice",
    "is specified twice",
    "symbols 0 to 3, plus two of the markers 4 and 5",
    "Enter a sum, for example 13 + 7",
    "Write, for example, 10, -1.5, or 1e-3.",
    "an experiment has about 10",
    "for example to 0.1",
    "for example to 0.2",
    "seed:7",
    "for example pack=25",
    "401: this Ray cluster wants a token",
  ]),
];
