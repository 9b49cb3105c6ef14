/**
 * The .ts files of the UCR and UEA archives: tags, @data, and a line for each sequence, "1,2,?:4,5,6:label", in which
 * dimensions are separated by colons, values by commas, and a value may have a time, "(0,1.5),(1,2.5)". Lines that
 * begin with # or % are comments. What the sequences are like is decided by the sequences, not by the tags.
 * https://www.aeon-toolkit.org/en/stable/api_reference/file_specifications/ts.html
 */
import * as l10n from "@vscode/l10n";
import { describeValue } from "../lib/outsideText";
import { forEachLine } from "./byteLines";
import { StepList, textProblem, type FileWarning, type StepValues } from "./sequenceFile";
import { falseClaims, readTag, similarLabels, type TsHeader } from "./tsHeader";

export interface TsFile {
  /** A step has the values of all dimensions: [steps, dimensions]. */
  readonly inputs: StepValues;
  /** Of each sequence as written; null where the file has none. */
  readonly labels: readonly string[] | null;
  /** Of each sequence, where the file has numbers for labels (@targetLabel); null else. */
  readonly targets: Float64Array | null;
  readonly missing: number;
  readonly warnings: readonly FileWarning[];
}

/** @throws Error with line and column where the file cannot be read */
export function readTs(bytes: Uint8Array): TsFile {
  const header: TsHeader = {};
  let reader: SequenceReader | null = null;
  forEachLine(bytes, (line, number) => {
    if (/^\s*([#%]|$)/.test(line)) return;
    if (reader !== null) reader.read(line, number);
    else if (!readTag(line, number, header)) reader = new SequenceReader(header);
  });
  // Assigned in the callback, which the compiler does not see.
  const read = reader as SequenceReader | null;
  if (read === null) throw new Error(l10n.t("the file has no line {0}, after which the sequences follow", "@data"));
  return read.finish();
}

/** A dimension of a line: its values, and its times where it has some. */
interface Dimension {
  readonly values: readonly number[];
  readonly times: readonly string[] | null;
}

class SequenceReader {
  private steps: StepList | null = null;
  private readonly labels: string[] = [];
  private readonly targets: number[] = [];
  /** The line of the first of each. */
  private readonly labelLines = new Map<string, number>();
  private readonly hasLabels: boolean;
  private readonly hasTargets: boolean;
  private shortest = Infinity;
  private longest = 0;
  private missing = 0;
  private missingLine: number | null = null;
  private hasTimes = false;

  constructor(private readonly header: TsHeader) {
    this.hasTargets = header.targetLabel?.value === true;
    this.hasLabels = !this.hasTargets && (header.classLabel?.value ?? null) !== null;
  }

  read(line: string, number: number): void {
    const parts = splitDimensions(line);
    const last = this.hasLabels || this.hasTargets ? parts.pop() : undefined;
    if (last !== undefined) this.readLabel(last.text.trim(), number, last.from + 1);
    if (parts.length === 0)
      throw textProblem(number, 1, l10n.t("expected values, a colon, and a label, as the header says"));
    this.steps ??= new StepList(parts.length);
    const { steps } = this;
    if (parts.length !== steps.width)
      throw textProblem(
        number,
        1,
        l10n.t("dimensions found: {0}; the first sequence has {1}", parts.length, steps.width),
      );
    const dimensions = parts.map(({ text, from }) => readDimension(text, number, from));
    const length = requireSameSteps(dimensions, parts, number);
    this.hasTimes ||= dimensions[0]!.times !== null;
    for (let t = 0; t < length; t++)
      for (const { values } of dimensions) {
        const value = values[t]!;
        if (Number.isNaN(value)) {
          this.missing++;
          this.missingLine ??= number;
        }
        steps.values.push(value);
      }
    steps.endSequence(length);
    this.shortest = Math.min(this.shortest, length);
    this.longest = Math.max(this.longest, length);
  }

  finish(): TsFile {
    const { steps, header, labels, labelLines, shortest, longest, missing, missingLine, hasTimes } = this;
    if (steps === null) throw new Error(l10n.t("the file has no sequence after {0}", "@data"));
    const facts = { hasTimes, missingLine, dimensions: steps.width, shortest, longest, labels: labelLines };
    return {
      inputs: steps.finish(),
      labels: this.hasLabels ? labels : null,
      targets: this.hasTargets ? Float64Array.from(this.targets) : null,
      missing,
      warnings: [...falseClaims(header, facts), ...similarLabels(labelLines)],
    };
  }

  private readLabel(text: string, line: number, column: number): void {
    if (text === "") throw textProblem(line, column, l10n.t("the label is missing"));
    if (this.hasTargets) this.targets.push(readNumber(text, line, column - 1));
    else {
      this.labels.push(text);
      if (!this.labelLines.has(text)) this.labelLines.set(text, line);
    }
  }
}

interface Part {
  readonly text: string;
  /** Where it begins in the line, from 0. */
  readonly from: number;
}

/** At colons, but not at those within a time, "(2008-09-09 18:50:00,1)". */
function splitDimensions(line: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (let at = 0; at <= line.length; at++) {
    const code = line.charAt(at);
    if (code === "(") {
      const close = line.indexOf(")", at);
      if (close > 0) at = close;
    } else if (code === ":" || at === line.length) {
      parts.push({ text: line.slice(from, at), from });
      from = at + 1;
    }
  }
  return parts;
}

const PAIR = /\s*\(\s*([^,()]*?)\s*,\s*([^,()]*?)\s*\)\s*(,|$)/y;

/** @param from where the text begins in its line */
function readDimension(text: string, line: number, from: number): Dimension {
  if (!text.includes("(")) {
    let at = from;
    const values = text.split(",").map((cell) => {
      const value = readNumber(cell, line, at);
      at += cell.length + 1;
      return value;
    });
    return { values, times: null };
  }
  const values: number[] = [];
  const times: string[] = [];
  for (let at = 0; at < text.length;) {
    PAIR.lastIndex = at;
    const [pair, time = "", value = "", comma] = PAIR.exec(text) ?? [];
    if (pair === undefined) throw textProblem(line, from + at + 1, l10n.t("expected {0}", "(time,value)"));
    values.push(readNumber(value, line, from + at));
    times.push(time);
    at = PAIR.lastIndex;
    if (comma === "," && at === text.length)
      throw textProblem(line, from + at + 1, l10n.t("expected {0}", "(time,value)"));
  }
  return { values, times };
}

/** All dimensions of a sequence have the same steps. @returns how many */
function requireSameSteps(dimensions: readonly Dimension[], parts: readonly Part[], line: number): number {
  const [first] = dimensions;
  for (const [index, { values, times }] of dimensions.entries()) {
    const column = parts[index]!.from + 1;
    if (values.length !== first!.values.length)
      throw textProblem(
        line,
        column,
        l10n.t("this dimension has {0} values; the first one has {1}", values.length, first!.values.length),
      );
    if ((times === null) !== (first!.times === null) || times?.some((time, t) => time !== first!.times?.[t]) === true)
      throw textProblem(
        line,
        column,
        l10n.t("the times of this dimension are not those of the first one. Bring all dimensions to the same times"),
      );
  }
  return first!.values.length;
}

/** @param from where the cell begins in its line */
function readNumber(cell: string, line: number, from: number): number {
  const text = cell.trim();
  if (text === "?" || text.toLowerCase() === "nan") return NaN;
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  if (Number.isFinite(value)) return value;
  throw textProblem(
    line,
    from + 1 + cell.length - cell.trimStart().length,
    text === ""
      ? l10n.t("a value is missing; write {0} for it", "?")
      : l10n.t("{0} is not a finite number", describeValue(text)),
  );
}
