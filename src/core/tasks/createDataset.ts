import * as l10n from "@vscode/l10n";
import { countHeldOut, tableData } from "../../config/facts/dataCounts";
import { divisionOf, trainingRowsOf } from "../../config/facts/seriesPlan";
import type { TaskConfig } from "../../config/schema/schema";
import { areArrays, isOpenTable, isTableFile, type ExperimentFiles } from "../../config/facts/dataFiles";
import { ReadingStopped, type ByteSource } from "../../tables/byteSource";
import { areTableFiles, type TableFiles } from "../../tables/tableFiles";
import type { TableReport } from "../../tables/readTable";
import { TableError, type TableProblem } from "../../tables/tableProblem";
import { hasFiles, hasSeries, readTaskTable, type TaskTable } from "../../tables/taskTable";
import { ExperimentError } from "../../config/facts/experimentError";
import { longest, shortest } from "../../config/facts/sequenceLengths";
import { dataKeyOf, dataNameOf, isGenerated, type LengthTask, type OutputSteps } from "../../config/facts/taskTraits";
import { isTrialTask } from "../../config/facts/trialTasks";
import type { RandomSource } from "../numerics/random";
import { recipeOf, type Recipe } from "./recipe";
import { adding } from "./adding";
import { arraysDataset, type DataWarning } from "./arrays";
import { ArrayError } from "./arrayError";
import { binaryAddition } from "./binaryAddition";
import { copy } from "./copy";
import { countOnes } from "./countOnes";
import { csvDataset } from "./csv";
import { flipFlop } from "./flipFlop";
import { parity } from "./parity";
import { storedSequences } from "./sequenceValues";
import { padSequences } from "./paddedSequences";
import { sine } from "./sine";
import type { Dataset, Sequences } from "./task";
import { temporalOrder } from "./temporalOrder";
import { textDataset } from "./text";
import { trials } from "./trials";
import { describeError, describeValue, printable } from "../../lib/outsideText";

export interface TaskData {
  readonly dataset: Dataset;
  /** The characters of a text, by symbol; null for other tasks. */
  readonly vocabulary: readonly string[] | null;
  /** Of files of arrays. */
  readonly warnings?: readonly DataWarning[];
  /** How a table was read; null for other tasks. */
  readonly table: TableReport | null;
  /** How another table is made into the same inputs. */
  readonly recipe?: Recipe | null;
}

/**
 * The data set of a task.
 * @param file contents of `task.file` for text and csv; null else
 * @throws Error when the file is missing, or its contents do not serve
 */
export function createDataset(
  task: TaskConfig,
  outputs: OutputSteps,
  validationShare: number,
  random: RandomSource,
  file: ExperimentFiles["data"],
): TaskData {
  if (isGenerated(task))
    return {
      dataset: splitValidation(
        isTrialTask(task) ? trials(task, random) : generate(task, outputs, random),
        validationShare,
      ),
      vocabulary: null,
      table: null,
    };
  if (file === null)
    throw new ExperimentError(
      "unreadable-file",
      ["task", dataKeyOf(task)],
      l10n.t("the task {0} requires the contents of {1}", task.kind, describeValue(dataNameOf(task))),
    );
  try {
    if (task.kind === "arrays" || areArrays(file)) return arraysData(task, outputs, validationShare, file);
    if (isTableFile(file)) throw wrongContents();
    if (task.kind === "csv") {
      if (isOpenTable(file)) return openTableData(task, outputs, validationShare, file);
      return tableOf(task, outputs, validationShare, file);
    }
    if (isOpenTable(file) || areTableFiles(file)) throw wrongContents();
    const text = typeof file === "string" ? file : new TextDecoder().decode(file);
    const { dataset, vocabulary } = textDataset(text, task.length, outputs, validationShare);
    return { dataset: { ...dataset, stream: task.stream }, vocabulary, table: null };
  } catch (error) {
    if (error instanceof ReadingStopped) throw error;
    if (error instanceof TableError && task.kind === "csv") throw badTable(task, error);
    const key = error instanceof ArrayError ? error.key : dataKeyOf(task);
    throw new ExperimentError("bad-file", ["task", key], `${printable(dataNameOf(task))}: ${describeError(error)}`, {
      cause: error,
    });
  }
}

function arraysData(
  task: TaskConfig,
  outputs: OutputSteps,
  validationShare: number,
  files: ExperimentFiles["data"],
): TaskData {
  if (task.kind !== "arrays" || !areArrays(files)) throw wrongContents();
  return { ...arraysDataset(files, task, outputs, validationShare), vocabulary: null, table: null };
}

function wrongContents(): Error {
  return new Error(l10n.t("the contents are not those of this task"));
}

/** Of each table that is read from its file, the data set that was made of it last. */
const latest = new WeakMap<ByteSource, { readonly key: string; readonly data: TaskData }>();

/** Trials of one experiment mostly have the same data: of a large table it is read once and held once. */
function openTableData(
  task: Extract<TaskConfig, { readonly kind: "csv" }>,
  outputs: OutputSteps,
  validationShare: number,
  source: ByteSource,
): TaskData {
  const key = JSON.stringify([task, outputs, validationShare]);
  const known = latest.get(source);
  if (known?.key === key) return known.data;
  // Its memory may go before the other data set takes its own.
  latest.delete(source);
  const data = tableOf(task, outputs, validationShare, source);
  latest.set(source, { key, data });
  return data;
}

function tableOf(
  task: Extract<TaskConfig, { readonly kind: "csv" }>,
  outputs: OutputSteps,
  validationShare: number,
  file: string | Uint8Array | ByteSource | TableFiles,
): TaskData {
  if (areTableFiles(file) !== hasFiles(task)) throw wrongContents();
  const source = readTaskTable(tableData(file), task, (series, training) =>
    trainingRowsOf(series, task, divisionOf(validationShare, training)),
  );
  const division = divisionOf(validationShare, source.trainingSeries);
  const { dataset, unusedSeries } = csvDataset(source, task, outputs, division);
  const trainingRows = trainingRowsOf(source.series, task, division);
  const recipe = recipeOf(dataset, source, task.horizon, trainingRows);
  const table = { ...source.report, ...sequencesReport(task, source, unusedSeries) };
  return { dataset, vocabulary: null, table, recipe };
}

/** What the targets are where they are no numbers; how many series there are, and that some are not used. */
function sequencesReport(
  task: Extract<TaskConfig, { readonly kind: "csv" }>,
  { series, targets, report }: TaskTable,
  unused: number,
): Partial<TableReport> {
  const { kind, labels } = targets;
  return {
    ...(kind === "values" ? {} : { target: { kind, classes: labels } }),
    ...(!hasSeries(task) ? {} : { series: { count: series.length, unused } }),
    problems: unused === 0 ? report.problems : [...report.problems, unusedProblem(task, unused, series.length)],
  };
}

function unusedProblem(
  { length, horizon }: Extract<TaskConfig, { readonly kind: "csv" }>,
  unused: number,
  of: number,
): TableProblem {
  const counts = [unused.toLocaleString("en-US"), of.toLocaleString("en-US")] as const;
  const text =
    length === "series"
      ? l10n.t("Series with no more rows than task.horizon {0}, which are not used: {1} of {2}.", horizon, ...counts)
      : l10n.t(
          "Series with too few rows for a window of task.length {0} plus horizon {1}, which are not used: {2} of {3}.",
          length,
          horizon,
          ...counts,
        );
  return { key: "length", severity: "warning", line: null, column: null, text, fixes: [] };
}

/** At the key that says otherwise, where it is set. */
function badTable(task: Extract<TaskConfig, { readonly kind: "csv" }>, error: TableError): ExperimentError {
  const key = error.problems[0]?.key ?? "file";
  const isUnset = ["auto", null, "", undefined].includes(task[key] as string | null | undefined);
  // Of several files, each problem names its own.
  const message = hasFiles(task) ? describeError(error) : `${printable(task.file)}: ${describeError(error)}`;
  return new ExperimentError("bad-file", ["task", isUnset ? dataKeyOf(task) : key], message, { cause: error });
}

function generate(task: LengthTask, outputs: OutputSteps, random: RandomSource): Sequences {
  if (!("length" in task)) return generateAlike(task, 0, outputs, random);
  if (typeof task.length === "number") return generateAlike(task, task.length, outputs, random);
  const [least, most] = [shortest(task.length), longest(task.length)];
  const one = { ...task, sequences: 1 };
  return padSequences(task.sequences, most, outputs, () => {
    const length = least + Math.floor(random.double() * (most - least + 1));
    return generateAlike(one, length, outputs, random);
  });
}

/** @param length of the tasks that have one */
function generateAlike(task: LengthTask, length: number, outputs: OutputSteps, random: RandomSource): Sequences {
  switch (task.kind) {
    case "count-ones":
      return countOnes(task.sequences, length, outputs, random);
    case "binary-addition":
      return binaryAddition(task.sequences, task.bits, random);
    case "adding":
      return adding(task.sequences, length, random);
    case "copy":
      return copy(task.sequences, task.symbols, task.items, task.delay, random);
    case "parity":
      return parity(task.sequences, length, outputs, random);
    case "temporal-order":
      return temporalOrder(task.sequences, length, random);
    case "flip-flop":
      return flipFlop(task.sequences, length, task.bits, task.pulses, outputs, random);
    case "sine":
      return sine(task.sequences, length, task.period, task.noise, outputs, random);
  }
}

/** The last share of the sequences is for validation, at least one where any is asked for. */
function splitValidation(sequences: Sequences, share: number): Dataset {
  const count = sequences.sequences;
  return { ...withValues(sequences), trainingSequences: count - countHeldOut(count, share), stream: false };
}

/** The same with the numbers as those of a data set. */
export function withValues(sequences: Sequences): Omit<Dataset, "trainingSequences" | "stream"> {
  const { inputs, targets, sequences: count } = sequences;
  return {
    ...sequences,
    inputs: storedSequences(inputs, inputs.length / count),
    targets: storedSequences(targets, targets.length / count),
  };
}

/**
 * The task with as many sequences of another length: `bits` of binary-addition, `delay` of copy, else `length`. Those
 * of different lengths become a range of one length: their network has an output at every step.
 */
export function taskAtLength(task: LengthTask, length: number, sequences: number): LengthTask {
  switch (task.kind) {
    case "binary-addition":
      return { ...task, sequences, bits: length };
    case "copy":
      return { ...task, sequences, delay: length };
    default:
      return { ...task, sequences, length: typeof task.length === "number" ? length : [length, length] };
  }
}
