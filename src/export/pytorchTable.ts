/**
 * The part of an exported script that makes sequences of a table, as readTaskTable and csvDataset do: from the file to
 * `inputs`, `targets` and, where steps count differently, `weights`.
 */
import type { Experiment } from "../config/schema/schema";
import type { SourceTable, TrainingSource } from "../core/training/trainingSource";
import { entryOf } from "../tables/taskTable";
import { crc32 } from "../formats/crc32";
import { cellFunction, cellLines } from "./pytorchCells";
import { featureLines } from "./pytorchFeatures";
import { pythonText } from "./pythonText";
import { validates } from "./pytorchStopping";
import { seriesLines, windowLines } from "./pytorchWindows";

/** A copy of the table, in the folder of the script. */
export const PYTORCH_TABLE = "table.csv";

/** First lines of the script. */
export function tableHeader({ task, bytes }: SourceTable, trains: string, requires: string): string[] {
  const file = pythonText(task.file);
  return [
    `# Usage: python3 train.py ${bytes === null ? "TABLE" : "[TABLE]"}   ${trains} ${requires}`,
    ...(bytes === null
      ? [`# The table ${file} is too large to be copied: pass its path, or that of a table with the same columns.`]
      : [`# It reads ${PYTORCH_TABLE}, a copy of ${file}, or another table with the same columns.`]),
    "# How the table is written was recognized once, and is fixed here. Means and deviations are computed from the",
    "# training rows.",
  ];
}

/** Modules of Python that it imports beside those of every script. */
export function tableModules({ table: { reading }, task }: SourceTable): string[] {
  const hasTimes = reading.columns.some(({ kind }) => kind === "time");
  const isCalendar = task.columns.map(entryOf).some(({ encoding }) => /^(day-of-month|month-of-year)$/.test(encoding));
  return ["re", ...(hasTimes || isCalendar ? ["datetime"] : []), "sys", "zlib"];
}

export function tableLines(
  source: TrainingSource,
  data: SourceTable,
  batchSize: Experiment["training"]["batchSize"],
): string[] {
  const { bytes, table } = data;
  const { reading } = table;
  return [
    bytes === null
      ? "TABLE = Path(sys.argv[1])"
      : `TABLE = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("${PYTORCH_TABLE}")`,
    ...cellLines(data),
    "",
    "",
    "table_bytes = TABLE.read_bytes()",
    ...(bytes === null ? [] : [`is_same_table = zlib.crc32(table_bytes) == ${crc32(bytes)}`]),
    'header, rows = read_rows(table_bytes.decode("utf-8", "replace").removeprefix("\\ufeff"))',
    ...headerCheck(data),
    ...(reading.order === "reverse" ? ["rows.reverse()  # the newest row is the first one"] : []),
    "columns = {",
    ...reading.columns.map(
      (column) => `    ${pythonText(column.name)}: read_column(${column.place}, ${cellFunction(column)}),`,
    ),
    "}",
    "",
    "",
    ...seriesLines(data),
    ...featureLines(data),
    ...windowLines(source, data),
    `training_count, sequence_count = ${countTraining(data)}, len(firsts)`,
    validates(source) ? "if not 0 < training_count < sequence_count:" : "if training_count == 0:",
    '    raise SystemExit(f"{TABLE}: {len(rows)} rows are too few")',
    `batch_size = ${batchSize === "full" ? "training_count" : `min(${batchSize}, training_count)`}`,
    "batches_per_epoch = training_count // batch_size",
  ];
}

function countTraining({ task, validationShare }: SourceTable): string {
  if (task.length === "series") return "len(training_rows)";
  return validationShare > 0 ? "len(training)" : "len(firsts)";
}

/** The columns are found by their places; a table that has others there is another one. */
function headerCheck({ table: { reading } }: SourceTable): string[] {
  if (reading.header.length === 0) return [];
  const wanted = [...new Map(reading.columns.map(({ place }) => [place, reading.header[place] ?? ""]))];
  return [
    `for place, name in ${`[${wanted.map(([place, name]) => `(${place}, ${pythonText(name)})`).join(", ")}]`}:`,
    "    if header[0][1][place] != name:",
    '        fail(header[0][0], f"column {place + 1} is {header[0][1][place]!r} instead of {name!r}")',
  ];
}

/** What compares with the run makes sense for its table only. */
export function ifSameTable(calls: readonly string[], { bytes }: SourceTable): string[] {
  if (bytes === null) return [...calls];
  return [
    "if is_same_table:",
    ...calls.map((call) => `    ${call}`),
    "else:",
    '    print(f"{TABLE} is not the table of the run, so the losses are not compared")',
  ];
}
