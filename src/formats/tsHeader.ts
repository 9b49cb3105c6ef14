/** The tags at the start of a .ts file, and whether what they claim is so. */
import * as l10n from "@vscode/l10n";
import { describeNames, describeValue } from "../lib/outsideText";
import { textProblem, type FileWarning } from "./sequenceFile";

/** Of a tag: its value, and the line that it stands in, with its number. */
interface Claim<T> {
  readonly value: T;
  readonly line: number;
  readonly text: string;
}

/** A tag that is absent claims nothing. */
export interface TsHeader {
  timeStamps?: Claim<boolean>;
  missing?: Claim<boolean>;
  univariate?: Claim<boolean>;
  equalLength?: Claim<boolean>;
  dimensions?: Claim<number>;
  seriesLength?: Claim<number>;
  /** The labels that are listed; null: there are none. */
  classLabel?: Claim<readonly string[] | null>;
  targetLabel?: Claim<boolean>;
}

/** What the sequences of the file are like. */
export interface TsFacts {
  readonly hasTimes: boolean;
  /** The line of the first missing value; null: there is none. */
  readonly missingLine: number | null;
  readonly dimensions: number;
  readonly shortest: number;
  readonly longest: number;
  /** In the order in which they first appear, with the line of each. */
  readonly labels: ReadonlyMap<string, number>;
}

const BOOLEAN_TAGS = new Map([
  ["timestamps", "timeStamps"],
  ["missing", "missing"],
  ["univariate", "univariate"],
  ["equallength", "equalLength"],
  ["targetlabel", "targetLabel"],
] as const);
const COUNT_TAGS = new Map([
  ["dimensions", "dimensions"],
  ["dimension", "dimensions"],
  ["serieslength", "seriesLength"],
] as const);

/**
 * Reads one line of the header, "@tag values" with the tag in any case, into `header`.
 * @returns false at @data, after which the sequences follow
 * @throws Error with line and column when the value of a tag is none
 */
export function readTag(line: string, number: number, header: TsHeader): boolean {
  const [, indent = "", tag = "", rest = ""] = /^(\s*)@(\S+)\s*(.*)$/.exec(line.trimEnd()) ?? [];
  const column = indent.length + 1;
  if (tag === "")
    throw textProblem(number, column, l10n.t("expected a tag such as {0} before {1}", "@classLabel", "@data"));
  const key = tag.toLowerCase();
  const place = { line: number, text: line.trimEnd() };
  const words = rest.split(/\s+/).filter((word) => word !== "");
  if (key === "data") return false;
  const flag = BOOLEAN_TAGS.get(key as "missing");
  const count = COUNT_TAGS.get(key as "dimensions");
  if (flag !== undefined) header[flag] = { value: readBoolean(tag, words[0], number, column), ...place };
  else if (count !== undefined) {
    const value = Number(words[0] ?? NaN);
    if (!Number.isSafeInteger(value) || value < 0)
      throw textProblem(number, column, l10n.t("{0} must be followed by a whole number", `@${tag}`));
    header[count] = { value, ...place };
  } else if (key === "classlabel") {
    const hasLabels = readBoolean(tag, words[0], number, column);
    header.classLabel = { value: hasLabels ? words.slice(1) : null, ...place };
  }
  return true;
}

function readBoolean(tag: string, word: string | undefined, line: number, column: number): boolean {
  const lower = word?.toLowerCase();
  if (lower === "true" || lower === "false") return lower === "true";
  throw textProblem(line, column, l10n.t("{0} must be followed by {1} or {2}", `@${tag}`, "true", "false"));
}

/** The claims of the header that are false, each at its tag, in the order of the lines. */
export function falseClaims(header: TsHeader, facts: TsFacts): FileWarning[] {
  return [...falseFlags(header, facts), ...falseCounts(header, facts), ...unlistedLabels(header, facts)].sort(
    (a, b) => a.line - b.line,
  );
}

function falseFlags(header: TsHeader, facts: TsFacts): FileWarning[] {
  const { hasTimes, missingLine, dimensions, shortest, longest } = facts;
  const flags: readonly (readonly [tag: string, claim: Claim<boolean> | undefined, isTrue: boolean, why: string])[] = [
    ["timeStamps", header.timeStamps, hasTimes, hasTimes ? l10n.t("values have times") : l10n.t("no value has a time")],
    [
      "missing",
      header.missing,
      missingLine !== null,
      missingLine === null ? l10n.t("no value is missing") : l10n.t("a value is missing in line {0}", missingLine),
    ],
    ["univariate", header.univariate, dimensions === 1, l10n.t("dimensions found: {0}", dimensions)],
    [
      "equalLength",
      header.equalLength,
      shortest === longest,
      shortest === longest
        ? l10n.t("all sequences have {0} steps", longest)
        : l10n.t("sequences have {0} to {1} steps", shortest, longest),
    ],
  ];
  return flags.flatMap(([tag, claim, isTrue, why]) =>
    claim === undefined || claim.value === isTrue
      ? []
      : [
          {
            line: claim.line,
            text: falseClaim(`@${tag} ${String(claim.value)}`, why),
            correction: withValue(claim, String(isTrue)),
          },
        ],
  );
}

function falseCounts({ dimensions, seriesLength }: TsHeader, facts: TsFacts): FileWarning[] {
  const { shortest, longest } = facts;
  const found: FileWarning[] = [];
  if (dimensions !== undefined && dimensions.value !== facts.dimensions)
    found.push({
      line: dimensions.line,
      text: falseClaim(`@dimensions ${dimensions.value}`, l10n.t("dimensions found: {0}", facts.dimensions)),
      correction: withValue(dimensions, String(facts.dimensions)),
    });
  if (seriesLength !== undefined && (seriesLength.value !== longest || shortest !== longest))
    found.push({
      line: seriesLength.line,
      text: falseClaim(
        `@seriesLength ${seriesLength.value}`,
        shortest === longest
          ? l10n.t("all sequences have {0} steps", longest)
          : l10n.t("sequences have {0} to {1} steps", shortest, longest),
      ),
      ...(shortest === longest ? { correction: withValue(seriesLength, String(longest)) } : {}),
    });
  return found;
}

/** A listed label that does not occur is no false claim: the list is that of the training and the test file. */
function unlistedLabels({ classLabel }: TsHeader, { labels }: TsFacts): FileWarning[] {
  if (classLabel === undefined || classLabel.value === null || classLabel.value.length === 0) return [];
  const listed = new Set(classLabel.value);
  const others = [...labels.keys()].filter((label) => !listed.has(label));
  return others.length === 0
    ? []
    : [
        {
          line: classLabel.line,
          text: l10n.t(
            "{0} does not list {1}, first used in line {2}",
            "@classLabel",
            describeNames(others),
            labels.get(others[0]!) ?? 0,
          ),
          // A label of several words cannot be listed.
          ...(others.some((label) => /\s/.test(label)) ? {} : { correction: [classLabel.text, ...others].join(" ") }),
        },
      ];
}

/** Labels are kept as written, so that "Up" and "up" are two classes. */
export function similarLabels(labels: ReadonlyMap<string, number>): FileWarning[] {
  const known = new Map<string, string>();
  const found: FileWarning[] = [];
  for (const [label, line] of labels) {
    const other = known.get(label.toLowerCase());
    if (other === undefined) known.set(label.toLowerCase(), label);
    else
      found.push({
        line,
        text: l10n.t(
          "the labels {0} and {1} differ in case only, and are two classes",
          describeValue(other),
          describeValue(label),
        ),
      });
  }
  return found;
}

/** The line of a tag with another value. */
function withValue({ text }: Claim<unknown>, value: string): string {
  return text.replace(/^(\s*@\S+\s+)\S+/, (_, tag: string) => tag + value);
}

function falseClaim(claim: string, why: string): string {
  return l10n.t("{0} is not true: {1}", claim, why);
}
