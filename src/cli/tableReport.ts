/** How a table was read: for programs, and in a line for people with one more for each problem. */
import { describeValue, printable } from "../lib/outsideText";
import { delimiterOf, describeDelimiter } from "../tables/dialect";
import type { TableReport } from "../tables/readTable";

export function tableFigures(table: TableReport) {
  const { delimiter, decimal, header, rows, missing, runnerUp, markers, columns, target, problems } = table;
  const { files, labels, split, series } = table;
  return {
    delimiter,
    runnerUp,
    decimal,
    header,
    rows,
    missing,
    markers,
    columns,
    ...(target === undefined ? {} : { target }),
    ...(files === undefined ? {} : { files }),
    ...(labels === undefined ? {} : { labels }),
    ...(split === undefined ? {} : { split }),
    ...(series === undefined ? {} : { series }),
    problems: problems.map(({ key, file, line, text }) => ({
      key,
      ...(file === undefined ? {} : { file }),
      line,
      text,
    })),
  };
}

/** So many classes are named. */
const MAX_CLASSES = 10;

function describeTarget({ kind, classes }: NonNullable<TableReport["target"]>): string {
  if (classes === null) return `target ${kind}`;
  const shown = classes.slice(0, MAX_CLASSES).map((label) => JSON.stringify(printable(label)));
  return `${classes.length} classes: ${[...shown, ...(classes.length > MAX_CLASSES ? ["…"] : [])].join(" ")}`;
}

export function describeTable(file: string, table: TableReport): string {
  const { delimiter, decimal, thousands, header, skip, footer, comment } = table;
  const { rows, missing, runnerUp, target, files, labels, split, series, problems } = table;
  const facts = [
    ...(files === undefined ? [] : [`${count(files)} files`]),
    `${rows.toLocaleString("en-US")} rows ${describeDelimiter(delimiterOf(delimiter))}`,
    `decimal ${JSON.stringify(decimal)}`,
    ...(thousands === "" ? [] : [`thousands ${JSON.stringify(thousands)}`]),
    `header ${header}`,
    ...(skip === 0 ? [] : [`skip ${skip}`]),
    ...(footer === 0 ? [] : [`footer ${footer}`]),
    ...(comment === "" ? [] : [`comment ${JSON.stringify(comment)}`]),
    ...(missing === 0 ? [] : [`${count(missing)} missing values (${describeMarkers(table)})`]),
    ...(runnerUp === null || runnerUp.fit < SHOWN_FIT
      ? []
      : [
          `next best delimiter ${JSON.stringify(runnerUp.delimiter)} (fits ${Math.round(100 * runnerUp.fit)}% as well)`,
        ]),
    ...(target === undefined ? [] : [describeTarget(target)]),
    ...(labels === undefined ? [] : [`names in column ${describeValue(labels.column)} of ${printable(labels.file)}`]),
    ...(split === undefined
      ? []
      : [`${count(split.train)} files to train, ${count(split.validation)} to validate, ${count(split.test)} to test`]),
    ...(series === undefined ? [] : [`${series.count.toLocaleString("en-US")} series`]),
  ];
  const name = printable(file);
  const lines = problems.map(({ file: one, line, severity, key, text }) => {
    const where = one === undefined ? name : printable(one);
    const place = line === null ? where : `${where}:${line}`;
    return `${place}: ${severity === "information" ? "note" : severity}: ${text} [task.${key}]`;
  });
  return `${[`${name}: ${facts.join(", ")}; ${describeColumns(table)}`, ...lines].join("\n")}\n`;
}

/** A delimiter that fits less is none that anybody means. */
const SHOWN_FIT = 0.5;
const MOST_COLUMNS = 8;
const MOST_MARKERS = 5;
const KINDS = { number: "numbers", category: "categories", time: "times" } as const;

/** '239 numbers in "level", 240 categories in "wind"'. */
function describeColumns({ columns }: TableReport): string {
  const shown = columns
    .slice(0, MOST_COLUMNS)
    .map(({ name: column, kind, cells }) => `${count(cells)} ${KINDS[kind]} in ${describeValue(column)}`);
  const more = columns.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more columns`] : [])].join(", ");
}

function describeMarkers({ markers }: TableReport): string {
  const shown = markers
    .slice(0, MOST_MARKERS)
    .map(({ text, cells }) => `${text === "" ? "empty" : describeValue(text)} ${count(cells)}`);
  return [...shown, ...(markers.length > shown.length ? ["…"] : [])].join(", ");
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}
