/** Numbers of the other pages: what the panel shows, computes and keeps. */
import type { Statement } from "../claim";
import { explain } from "./texts";

export const PAGE_STATEMENTS: readonly Statement[] = [
  ...explain("gradient-through-time", "format", [
    '"×0.94 ± 0.01 per step back"',
    '"×0.54 over 10 steps"',
    '"falls by ×0.028 within 5 steps, then steady"',
    '"Exactly 0 before step 12"',
  ]),
  ...explain("gradient-through-time", "definition", [
    "does not describe within 25%, or a tenth of its whole rise or fall",
    "if that leaves at most a quarter of the squared error",
    "Steady means within a factor of 2.",
    "a single factor misses by more than 2",
  ]),
  // test/unit/webview checks the floor that the charts draw.
  ...explain("gradient-through-time", "arithmetic", [
    "float32 keeps gradients down to about 1.0e-28",
    "entries below 2^-100 (7.9e-31) are set to zero",
    "at 1.5e-300",
  ]),
  ...explain("gradient-through-time", "limit", [
    "the rows are 64 of its losses",
    "at up to 512 iterations",
    "kept in up to 64 MB: for models with up to 64 parameters at every traced row, for larger ones as often as 1% of the training time allows",
    "at most 2.5% of its time, in slices of 10 ms",
  ]),
  ...explain("views", "format", ['after "Try 10 Seeds", the band of ten seeds']),
  ...explain("sequences-and-cells", "format", [
    "`0 5 2 1 3 0 4`, with 4 and 5 as the two markers",
    '"> 800" means that it remembered all lengths tested',
  ]),
  ...explain("sequences-and-cells", "definition", ["falls below 0.001."]),
  ...explain("sequences-and-cells", "limit", [
    "from a quarter to six times the trained length, on up to 200 unseen sequences",
    "with every row of the Jacobian for up to 32 units",
    "evaluations cost at most a tenth of the multiply-adds of training",
  ]),
  ...explain("views", "limit", [
    "as many as fit into 64 MB",
    "The last 32,768 to 65,536 iterations and the first are exact; older ones are drawn as the lowest and highest value of 4 or more iterations",
  ]),
  ...explain("views", "definition", [
    "the colors end at the 99th percentile of \\|w\\|",
    '"Recent" shows the last quarter of the run',
    "less than 1/1000 of its effect at the end",
    "on new trials, with 95% intervals",
    "a steep curve through 50% at 0 is a sure choice without a bias",
  ]),
];
