/** What is wrong with the cells of a table, in words: all of them counted, the first few named. */
import * as l10n from "@vscode/l10n";
import { describeNames, describeValue, printable } from "../lib/outsideText";
import { cellKind } from "./cellKind";
import type { WantedColumn } from "./cellColumn";
import type { TableKeys } from "./dialect";
import type { Fault, FaultKind, Faults } from "./faults";
import type { Recognition } from "./recognize";
import type { TableFix, TableKey, TableProblem } from "./tableProblem";

/** One problem for each kind of fault that there is. */
export function describeFaults(
  { first, counts }: Faults,
  recognition: Recognition,
  wanted: readonly WantedColumn[],
  keys: TableKeys,
): TableProblem[] {
  return [...counts].flatMap(([kind, count]) => {
    if (kind === "missing" && keys.missing !== null) return [];
    const faults = first.filter((fault) => fault.kind === kind);
    const nameOf = ({ column }: Fault): string | null => wanted[column]?.name ?? null;
    const what = describe(kind, count, faults, nameOf, recognition.names.length);
    const isOfLabels = kind === "missing" && wanted[faults[0]!.column]?.isLabel === true;
    const { advice, key, fixes } = isOfLabels
      ? adviceForLabels(faults[0]!, recognition, wanted)
      : adviceFor(kind, faults[0]!, nameOf(faults[0]!), recognition, keys);
    const text = advice === "" ? what : `${what}. ${advice}`;
    const place = { line: faults[0]!.line, column: nameOf(faults[0]!) };
    return [{ key, severity: "error" as const, ...place, text, fixes }];
  });
}

function describe(
  kind: FaultKind,
  count: number,
  faults: readonly Fault[],
  nameOf: (fault: Fault) => string | null,
  width: number,
): string {
  const places = faults.map((fault) => {
    const column = nameOf(fault);
    const place =
      column === null
        ? l10n.t("line {0}", fault.line)
        : l10n.t("line {0}, column {1}", fault.line, describeValue(column));
    return { place, text: describeValue(fault.text), found: fault.text };
  });
  if (count === 1) {
    const { place, text, found } = places[0]!;
    return describeOne(kind, place, text, found, width);
  }
  const listed = places.map(({ place, text, found }) => `${place}: ${kind === "width" ? found : text}`);
  const rest = count - faults.length;
  const shown = rest > 0 ? [...listed, l10n.t("and {0} more", rest.toLocaleString("en-US"))] : listed;
  return `${describeMany(kind, count.toLocaleString("en-US"), width)}: ${shown.join("; ")}`;
}

function describeOne(kind: FaultKind, place: string, text: string, found: string, width: number): string {
  switch (kind) {
    case "not-a-number":
      return l10n.t("{0}: {1} is not a number", place, text);
    case "not-a-time":
      return l10n.t("{0}: {1} is not a time in the column's format", place, text);
    case "missing":
      return found === "" ? l10n.t("{0}: there is no value", place) : l10n.t("{0}: {1} is not a value", place, text);
    case "width":
      return l10n.t("{0}: expected {1} values, as in the header, but found {2}", place, width, found);
    case "after-quote":
      return l10n.t("{0}: there is text after a closing quote: {1}", place, text);
  }
}

function describeMany(kind: FaultKind, count: string, width: number): string {
  switch (kind) {
    case "not-a-number":
      return l10n.t("{0} cells are not numbers", count);
    case "not-a-time":
      return l10n.t("{0} cells are not times in the column's format", count);
    case "missing":
      return l10n.t("{0} cells have no value", count);
    case "width":
      return l10n.t("{0} rows do not have {1} values, as the header does", count, width);
    case "after-quote":
      return l10n.t("{0} cells have text after a closing quote", count);
  }
}

interface Advice {
  readonly advice: string;
  readonly key: TableKey;
  readonly fixes: readonly TableFix[];
}

/** Of values that the network would know at the time: a line to the next value would show it the future. */
const MISSING_FIX = { markers: [], fill: "forward" } as const;

/**
 * A word such as "none" may be a label. A row without a label is of no use, so it is left out.
 * @param wanted the columns that are read, whose numbers may be missing as well
 */
function adviceForLabels({ text, column }: Fault, { columns }: Recognition, wanted: readonly WantedColumn[]): Advice {
  const markersOf = (places: readonly WantedColumn[]): string[] =>
    places.flatMap(({ place }) => columns[place]?.markers ?? []);
  const words = [...new Set([...(text === "" ? [] : [text]), ...markersOf([wanted[column]!])])];
  const markers = [...new Set(markersOf(wanted.filter(({ kind }) => kind === "number")))];
  const asLabel = { markers: markers.filter((marker) => !words.includes(marker)), fill: "drop" };
  const asMissing = { markers: [...new Set([...markers, ...words])], fill: "drop" };
  const show = (value: unknown): string => `"missing": ${printable(JSON.stringify(value))}`;
  const drop = l10n.t("To remove rows without a label, set {0}.", show(asMissing));
  if (text === "") return { advice: drop, key: "missing", fixes: [{ key: "missing", value: asMissing }] };
  const label =
    words.length === 1
      ? l10n.t("If {0} is a label, set {1}.", describeValue(text), show(asLabel))
      : l10n.t("If {0} are labels, set {1}.", describeNames(words), show(asLabel));
  return {
    advice: `${label} ${drop}`,
    key: "missing",
    fixes: [
      { key: "missing", value: asLabel },
      { key: "missing", value: asMissing },
    ],
  };
}

function adviceFor(
  kind: FaultKind,
  { text }: Fault,
  column: string | null,
  recognition: Recognition,
  keys: TableKeys,
): Advice {
  const none: Advice = { advice: "", key: kind === "width" ? "file" : "columns", fixes: [] };
  if (kind === "missing") {
    const markers = recognition.columns.find(({ name }) => name === column)?.markers ?? [];
    const value = { ...MISSING_FIX, markers: text === "" || markers.includes(text) ? markers : [...markers, text] };
    const inJson = printable(JSON.stringify(value));
    const advice = l10n.t(
      "Set task.missing to say how missing values are filled, for example {0}.",
      `"missing": ${inJson}`,
    );
    return { advice, key: "missing", fixes: [{ key: "missing", value }] };
  }
  if (kind !== "not-a-number") return none;
  const asKind = (other: "time" | "category"): readonly TableFix[] => [
    { entry: "replace", value: { name: column, kind: other } },
  ];
  switch (cellKind(text)) {
    case "time":
      return {
        ...none,
        advice: l10n.t("To read a column of times, name it with {0}.", describeKind("time")),
        fixes: asKind("time"),
      };
    case "text":
      if (recognition.columns.find(({ name }) => name === column)?.kind !== "category")
        return { ...none, fixes: [asMarker(text, keys)] };
      return {
        ...none,
        advice: l10n.t(
          "To read a column of categories, name it with {0}; to predict one, set task.targetKind to {1}.",
          describeKind("category"),
          '"classes"',
        ),
        fixes: asKind("category"),
      };
    case "number":
      return {
        advice: l10n.t(
          "The decimal mark is read as {0}; {1} and {2} set it and the mark between groups of digits.",
          describeValue(recognition.dialect.decimal),
          "task.decimal",
          "task.thousands",
        ),
        key: "decimal",
        fixes: [],
      };
    default:
      return none;
  }
}

/** Read as a missing value. */
function asMarker(text: string, { missing }: TableKeys): TableFix {
  return { key: "missing", value: { fill: "forward", ...missing, markers: [...(missing?.markers ?? []), text] } };
}

function describeKind(kind: string): string {
  return `"kind": "${kind}"`;
}
