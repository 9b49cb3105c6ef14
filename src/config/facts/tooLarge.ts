import * as l10n from "@vscode/l10n";
import type { JsonPath } from "../schema/jsonSchema";
import type { Experiment } from "../schema/schema";
import type { DatasetShape } from "./datasetShape";
import type { DataCounts } from "./dataCounts";
import { costliestSize, largestThatFits, type FittingValue } from "./largestThatFits";
import { estimateMemory, tableBytes, tableColumns } from "./memoryEstimate";
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
  const tooMany = largest === undefined ? describeTooManyColumns(experiment.task, counts, bytes) : null;
  if (tooMany !== null) return tooMany;
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
        : describeFit(largest, sizes, limit.setting),
  };
}

function describeFit(
  { key, value, isRaised }: FittingValue,
  sizes: readonly [string, string],
  setting: string,
): string {
  const number = value.toLocaleString("en-US");
  const needs = l10n.t("This experiment needs about {0} of memory; the limit is {1}.", ...sizes);
  return isRaised
    ? `${needs} ${l10n.t("Raise {0} to {1} or more, or raise {2}.", key, number, setting)}`
    : `${needs} ${l10n.t("Reduce {0} to {1} or less, or raise {2}.", key, number, setting)}`;
}

/**
 * Why a table is refused for its columns, which are in memory as a whole, before one of them is read.
 * @param bytes that the experiment takes; left out: those of the columns alone
 * @returns null where fewer columns are not the way, and of other tasks
 */
export function describeTooManyColumns(
  task: Experiment["task"],
  counts: DataCounts | null,
  bytes?: number,
): TooLarge | null {
  if (task.kind !== "csv" || counts === null) return null;
  const limit = memoryLimit();
  const table = tableBytes(task, counts);
  const present = tableColumns(task, counts);
  const most = Math.floor((limit.bytes - ((bytes ?? table) - table)) / (table / present));
  if ((bytes ?? table) <= limit.bytes || most < 1) return null;
  return {
    path: ["task", "columns"],
    message: `${l10n.t(
      "The {0} rows of {1} columns need about {2} of memory; the limit is {3}.",
      counts.rows.toLocaleString("en-US"),
      present,
      formatBytes(bytes ?? table),
      formatBytes(limit.bytes),
    )} ${l10n.t("Use {0} columns or fewer, or raise {1}.", most, limit.setting)}`,
  };
}

export function formatBytes(bytes: number): string {
  const gibibytes = bytes / 2 ** 30;
  if (gibibytes < 0.1) return `${Math.ceil(bytes / 2 ** 20)} MiB`;
  return `${gibibytes < 10 ? gibibytes.toFixed(1) : Math.round(gibibytes).toLocaleString("en-US")} GiB`;
}
