import * as l10n from "@vscode/l10n";
import type { JsonPath } from "../schema/jsonSchema";
import type { Experiment } from "../schema/schema";
import type { DatasetShape } from "./datasetShape";
import { costliestSize, largestThatFits } from "./largestThatFits";
import { estimateMemory } from "./memoryEstimate";
import { memoryLimit } from "./memoryLimit";

export interface TooLarge {
  readonly message: string;
  /** The value that the message names: of those that make it fit, the one that costs most. */
  readonly path: JsonPath;
}

/** Why an experiment is refused before anything of it is allocated; null when it fits. */
export function describeTooLarge(experiment: Experiment, data: DatasetShape): TooLarge | null {
  const limit = memoryLimit();
  const bytes = estimateMemory(experiment, data, limit.place);
  if (bytes <= limit.bytes) return null;
  const counts = data.counts ?? null;
  const costliest = costliestSize(experiment, counts);
  const [largest] = largestThatFits(experiment, costliest, counts);
  const sizes = [formatBytes(bytes), formatBytes(limit.bytes)] as const;
  return {
    path: largest?.path ?? costliest,
    message:
      largest === undefined
        ? l10n.t(
            "This experiment needs about {0} of memory; the limit is {1}. Reduce the number of sequences, their length, the batch size, or the hidden size, or raise {2}.",
            ...sizes,
            limit.setting,
          )
        : l10n.t(
            "This experiment needs about {0} of memory; the limit is {1}. Reduce {2} to {3} or less, or raise {4}.",
            ...sizes,
            largest.key,
            largest.value.toLocaleString("en-US"),
            limit.setting,
          ),
  };
}

export function formatBytes(bytes: number): string {
  const gibibytes = bytes / 2 ** 30;
  if (gibibytes < 0.1) return `${Math.ceil(bytes / 2 ** 20)} MiB`;
  return `${gibibytes < 10 ? gibibytes.toFixed(1) : Math.round(gibibytes).toLocaleString("en-US")} GiB`;
}
