/** Claims about the series of example 14. */
import { claim, type Claim } from "../claim";
import { countOf, range } from "../measures";
import { example, overSeeds, type Run } from "../runJob";
import { exampleText, readmeText } from "./places";

function lowestOf({ validation }: Run): Run["validation"][number] {
  return validation.reduce((lowest, one) => (one.loss < lowest.loss ? one : lowest));
}

function overfits(run: Run): boolean {
  const { iteration, loss } = lowestOf(run);
  return run.validation.at(-1)!.loss > loss && run.losses.at(-1)! < run.losses[iteration]!;
}

export const SERIES_CLAIMS: readonly Claim[] = [
  claim({
    id: "examples/series/overfits-from-200",
    says: "The validation loss is lowest at about iteration 200 and then rises, while the training loss falls.",
    texts: [
      exampleText("14-series", "the validation loss is lowest at about iteration 200 and then rises."),
      exampleText("14-series", "In 10 of 10 seeds, the minimum is between iterations 100 and 250."),
      exampleText("14-series", "so always predicting the mean has a loss of about 1."),
      readmeText("1.0 → 0.18 → 0.24 | 10 of 10"),
    ],
    range: "river-station.csv, a GRU with 12 units, Adam with 0.01, 1,000 batches",
    jobs: { runs: overSeeds({ experiment: example("14-series"), baselines: true }) },
    judge({ runs }) {
      const [first] = runs as [Run];
      const at = runs.map((run) => lowestOf(run).iteration);
      const shown = [first.validation[0]!.loss, lowestOf(first).loss, first.validation.at(-1)!.loss];
      const constant = runs.map(({ baselines }) => baselines.find(({ name }) => name === "best-constant")!.loss);
      return {
        holds:
          at.every((iteration) => iteration > 100 && iteration < 250) &&
          lowestOf(first).iteration === 200 &&
          countOf(runs, overfits) === 10 &&
          shown.map((loss) => loss.toFixed(2)).join(" ") === "1.00 0.18 0.24" &&
          constant.every((loss) => Math.abs(loss - 1) < 0.05),
        numbers:
          `lowest at ${range(at, 3)}, higher at the end in ${countOf(runs, overfits)} of 10; mean: ` +
          `${range(constant)}`,
      };
    },
  }),
];
