/** How a table was read: for programs, and in a line for people with one more for each problem. */
import { printable } from "../lib/outsideText";
import { delimiterOf, describeDelimiter } from "../tables/dialect";
import type { TableReport } from "../tables/readTable";

export function tableFigures({ delimiter, decimal, header, rows, missing, target, series, problems }: TableReport) {
  return {
    delimiter,
    decimal,
    header,
    rows,
    missing,
    ...(target === undefined ? {} : { target }),
    ...(series === undefined ? {} : { series }),
    problems: problems.map(({ key, line, text }) => ({ key, line, text })),
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
  const { delimiter, decimal, thousands, header, skip, footer, comment, rows, missing, target, series, problems } =
    table;
  const facts = [
    `${rows.toLocaleString("en-US")} rows ${describeDelimiter(delimiterOf(delimiter))}`,
    `decimal ${JSON.stringify(decimal)}`,
    ...(thousands === "" ? [] : [`thousands ${JSON.stringify(thousands)}`]),
    `header ${header}`,
    ...(skip === 0 ? [] : [`skip ${skip}`]),
    ...(footer === 0 ? [] : [`footer ${footer}`]),
    ...(comment === "" ? [] : [`comment ${JSON.stringify(comment)}`]),
    ...(missing === 0 ? [] : [`${missing.toLocaleString("en-US")} missing values`]),
    ...(target === undefined ? [] : [describeTarget(target)]),
    ...(series === undefined ? [] : [`${series.count.toLocaleString("en-US")} series`]),
  ];
  const name = printable(file);
  const lines = problems.map(({ line, severity, key, text }) => {
    const place = line === null ? name : `${name}:${line}`;
    return `${place}: ${severity === "information" ? "note" : severity}: ${text} [task.${key}]`;
  });
  return `${[`${name}: ${facts.join(", ")}`, ...lines].join("\n")}\n`;
}
