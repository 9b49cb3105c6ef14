/** What findings and captions call usual. */
import { claim, type Claim } from "../claim";
import { median, range } from "../measures";
import { GRU, STARTS, adding } from "./experiments";
import { help } from "./texts";

export const THRESHOLD_CLAIMS: readonly Claim[] = [
  claim({
    id: "updates/about-a-thousandth-of-the-weights",
    says: "In runs that learn, the median update is about a thousandth of the weights: between 0.0003 and 0.003.",
    texts: help("(typical ratio: 1e-3)", "A ratio of about 1e-3 is typical."),
    range: "adding with a gru at T = 50, Adam 0.001; the starts of series and addition after the first 100 updates",
    jobs: {
      gru: adding(50, GRU, { optimizer: { kind: "adam", learningRate: 0.001 }, iterations: 4000 }),
      series: STARTS.series,
      addition: STARTS.addition,
    },
    judge({ gru, series, addition }) {
      const medians = [gru, series, addition].map((runs) =>
        runs.map((run) => median([...run.updateRatios.slice(100)])),
      );
      return {
        holds: medians.flat().every((ratio) => ratio > 0.0003 && ratio < 0.003),
        numbers: `medians: gru ${range(medians[0]!)}, series ${range(medians[1]!)}, addition ${range(medians[2]!)}`,
      };
    },
  }),
];
