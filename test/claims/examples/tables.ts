/** Claims about the tables of examples 16 and 17. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { claim, type Claim } from "../claim";
import { countOf, range } from "../measures";
import { example, overSeeds, type Run } from "../runJob";
import { exampleText, readmeText } from "./places";

const SEASON = "17-season-and-trend";
const ON_VISITORS = { "task.columns": ["visitors"], "task.target": "visitors" };
/** Share of the rows that training sees. */
const TRAINING_SHARE = 0.75;

function column(name: string): number[] {
  const [header, ...rows] = readFileSync(join(process.cwd(), "examples/museum.csv"), "utf8").trimEnd().split("\n");
  const place = header!.split(",").indexOf(name);
  return rows.map((row) => Number(row.split(",")[place]));
}

function deviationOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** At the end, in visitors: the loss is of the standardized column. */
function errorsOf(runs: readonly Run[], name: string): number[] {
  const values = column(name);
  const deviation = deviationOf(values.slice(0, TRAINING_SHARE * values.length));
  return runs.map(({ validation }) => Math.sqrt(validation.at(-1)!.loss) * deviation);
}

/** RMSE of the value of a year before, over the last months: what it misses is the change. */
function naiveError(months: number): number {
  const changes = column("change").slice(-months);
  return Math.sqrt(changes.reduce((sum, change) => sum + change ** 2, 0) / months);
}

export const TABLE_CLAIMS: readonly Claim[] = [
  claim({
    id: "examples/gestures/all-nine-right",
    says: "A GRU tells the gestures of all nine held-out recordings apart.",
    texts: [
      exampleText("16-gestures", "Look at the accuracy: at the end all nine are right, in 10 of 10 seeds."),
      readmeText("1.0 → below 0.01 | 10 of 10"),
    ],
    range: "gestures.csv, a GRU with 12 units, Adam with 0.02, 300 batches",
    jobs: { runs: overSeeds({ experiment: example("16-gestures") }) },
    judge({ runs }) {
      const first = runs.map(({ validation }) => validation[0]!.loss);
      const last = runs.map(({ validation }) => validation.at(-1)!.loss);
      return {
        holds:
          countOf(runs, ({ validation }) => validation.at(-1)!.accuracy === 1) === 10 &&
          first[0]!.toFixed(1) === "1.0" &&
          last.every((loss) => loss < 0.01),
        numbers: `validation loss ${range(first)} at first, ${range(last)} at the end`,
      };
    },
  }),
  claim({
    id: "examples/season/needs-the-change",
    says: "An LSTM beats the value of a year before on the change of a year, but not on the values of a growing series.",
    texts: [
      exampleText(SEASON, "over the validation months its RMSE is 687."),
      exampleText(SEASON, "Look at the RMSE in Metrics: it ends below 450, in 10 of 10 seeds."),
      exampleText(SEASON, "those seen in training, and the RMSE ends above 750."),
      exampleText(SEASON, "In 10 of 10 seeds the LSTM is worse than the forecast from last year"),
      exampleText(SEASON, 'also with "length": 24.'),
      readmeText("below 450 visitors; 687 | 10 of 10"),
    ],
    range: "museum.csv, an LSTM with 16 units, Adam with 0.01, 300 batches, windows of 12 and 24 months",
    jobs: {
      changes: overSeeds({ experiment: example(SEASON) }),
      values: overSeeds({ experiment: example(SEASON, ON_VISITORS) }),
      longer: overSeeds({ experiment: example(SEASON, { ...ON_VISITORS, "task.length": 24 }) }),
    },
    judge({ changes, values, longer }) {
      const [onChanges, onValues, onLonger] = [
        errorsOf(changes, "change"),
        errorsOf(values, "visitors"),
        errorsOf(longer, "visitors"),
      ];
      // The first window that training does not share a row with starts a window's length later.
      const [naive, naiveOfLonger] = [naiveError(30), naiveError(18)];
      return {
        holds:
          naive.toFixed(0) === "687" &&
          onChanges.every((error) => error < 450) &&
          onValues.every((error) => error > Math.max(750, naive)) &&
          onLonger.every((error) => error > Math.max(750, naiveOfLonger)),
        numbers:
          `RMSE ${range(onChanges, 3)} on changes, ${range(onValues, 3)} on values, ${range(onLonger, 3)} with 24 ` +
          `months; a year before: ${naive.toFixed(0)}, ${naiveOfLonger.toFixed(0)}`,
      };
    },
  }),
];
