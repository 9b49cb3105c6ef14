/** Quick fixes for problems: small edits that keep comments, best first. */
import * as l10n from "@vscode/l10n";
import { findNodeAtLocation, getNodeValue, type Node } from "jsonc-parser";
import { withDefaults } from "../schema/defaults";
import { withoutValue, editBetween, type TextEdit } from "./edit";
import { setValue } from "./editField";
import { experimentSchema } from "../schema/fileSchema";
import { schemaAt, starterOf, type JsonPath, type JsonSchema } from "../schema/jsonSchema";
import { largestThatFits } from "../facts/largestThatFits";
import { describeValue, printable } from "../../lib/outsideText";
import type { Problem } from "../schema/problem";
import type { Experiment } from "../schema/schema";
import { readTree } from "../read/syntax";
import { datasetShape, type DatasetShape } from "../facts/datasetShape";
import { taskTraits } from "../facts/taskTraits";
import { validationInterval } from "../facts/validationInterval";
import { knownLength } from "../facts/sequenceLengths";

export interface TextFix {
  /** As a quick fix says it: "Change to \"iterations\"". */
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

/** The validation loss of a healthy run is noisy: one evaluation without a new minimum says little. */
const EVALUATIONS_OF_PATIENCE = 10;
/** Characters of a value that is removed. */
const MAX_SHOWN = 30;

/** The text must be the one that has the problem. */
export function fixesForProblem(text: string, problem: Problem): TextFix[] {
  const { root } = readTree(text);
  if (root === null) return [];
  const found = findNodeAtLocation(root, [...problem.path]);
  const fixes = new ProblemFixes(text, root, problem, found).collect();
  return fixes.filter(({ edits }) => edits.length > 0);
}

/** The fixes of one problem, by its code. */
class ProblemFixes {
  /** @param found the value that the problem is about, where there is one */
  constructor(
    private readonly text: string,
    private readonly root: Node,
    private readonly problem: Problem,
    private readonly found: Node | undefined,
  ) {}

  collect(): TextFix[] {
    const { path } = this.problem;
    switch (this.problem.code) {
      case "unknown-key":
        return [...this.rename(this.found?.parent?.children?.[0]), this.remove(path)];
      case "duplicate-key":
      case "forbidden-key":
        return duplicates(this.text, this.root, this.problem);
      case "unknown-value":
      case "no-such-column":
        return this.rename(this.found);
      case "missing-key":
        return missing(path, getNodeValue(this.root)).map((wanted) =>
          this.set(l10n.t("Add {0}: {1}", describeValue(path.at(-1)), describeValue(wanted)), path, wanted),
        );
      case "wrong-type":
        return this.toNumber();
      case "out-of-range":
        return this.toLimit();
      case "misfit":
        return ["auto", ...otherFits(this.experiment, path)].map((kind) =>
          this.set(l10n.t("Use {0}", describeValue(kind)), path, kind),
        );
      case "no-such-sequence":
        return this.toSequence();
      case "too-much-memory":
        // Without the counts of a file no value has to be raised.
        return largestThatFits(this.experiment, path).map(({ key, value: size, path: at }) =>
          this.set(
            l10n.t("Reduce {0} to {1} (about the largest that fits)", key, size.toLocaleString("en-US")),
            at,
            size,
          ),
        );
      case "batch-too-large":
        return this.toBatchSize();
      case "nothing-held-out":
        return [
          this.remove(path, l10n.t("Turn off validation")),
          this.set(l10n.t("Use 20 sequences"), ["task", "sequences"], 20),
        ];
      case "stop-without-validation":
        return this.toValidation();
      case "patience-too-short":
        return this.toPatience();
      case "truncation-too-long":
        return this.toTruncation();
      case "units-without-effect":
        return [
          this.set(l10n.t("Use one hidden unit"), path, 1),
          this.set(l10n.t("Switch to the rnn cell"), ["model", "cell"], "rnn"),
        ];
      case "bad-initial-value":
        return this.toInitialValue();
      case "no-effect":
        return [this.remove(path)];
      default:
        return this.toTableKeys();
    }
  }

  /** Values that come with the problem. */
  private toTableKeys(): TextFix[] {
    return (this.problem.fixes ?? []).map((fix) => {
      const { path } = fix;
      if ("isRemoved" in fix)
        return typeof path.at(-1) === "number" ? this.remove(path, l10n.t("Remove the column")) : this.remove(path);
      const { value } = fix;
      const written = printable(JSON.stringify(value));
      if (typeof path.at(-1) === "number") return this.set(l10n.t("Change to {0}", written), path, value);
      return this.set(l10n.t("Set {0} to {1}", String(path.at(-1)), written), path, value);
    });
  }

  private get value(): unknown {
    return this.found === undefined ? undefined : getNodeValue(this.found);
  }

  private get schema(): JsonSchema | undefined {
    return schemaAt(experimentSchema, this.problem.path, getNodeValue(this.root));
  }

  private get experiment(): Experiment {
    return experimentIn(this.root);
  }

  private set(title: string, at: JsonPath, value: unknown): TextFix {
    return { title, edits: setValue(this.text, at, value) ?? [] };
  }

  private remove(at: JsonPath, title = l10n.t("Remove {0}", describeValue(at.at(-1)))): TextFix {
    return { title, edits: removal(this.text, at) };
  }

  /** What was meant in place of a key or a value. */
  private rename(node: Node | undefined): TextFix[] {
    const { suggestion } = this.problem;
    if (suggestion === undefined || node === undefined) return [];
    const edits = [{ offset: node.offset, length: node.length, content: JSON.stringify(suggestion) }];
    return [{ title: l10n.t("Change to {0}", describeValue(suggestion)), edits }];
  }

  private toNumber(): TextFix[] {
    const { value } = this;
    const { path } = this.problem;
    const numbers = numericBranch(this.schema);
    if (numbers === undefined) return [];
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
    if (Number.isFinite(number)) return [this.set(l10n.t("Remove the quotes: {0}", number), path, number)];
    if (typeof value !== "number") return [];
    if (numbers.type === "number" || Number.isInteger(value)) return this.toLimit();
    return [this.set(l10n.t("Round to {0}", Math.round(value)), path, Math.round(value))];
  }

  private toLimit(): TextFix[] {
    const { value } = this;
    const nearest = typeof value === "number" ? nearestLimit(numericBranch(this.schema), value) : null;
    if (nearest === null) return [];
    const title =
      nearest > (value as number)
        ? l10n.t("Change to {0} (minimum)", nearest)
        : l10n.t("Change to {0} (maximum)", nearest);
    return [this.set(title, this.problem.path, nearest)];
  }

  private toInitialValue(): TextFix[] {
    const { path } = this.problem;
    const usual = path.at(-1) === "forgetBias" ? [this.set(l10n.t("Use {0}", 1), path, 1)] : [];
    return [...usual, this.remove(path)];
  }

  private toSequence(): TextFix[] {
    const { path } = this.problem;
    const count = this.dataShape()?.trainingSequences;
    if (count === undefined) return [];
    return [
      this.set(l10n.t("Inspect the last sequence ({0})", count - 1), path, count - 1),
      this.remove(path, l10n.t("Inspect the first sequence")),
    ];
  }

  private toBatchSize(): TextFix[] {
    const { path } = this.problem;
    const count = this.dataShape()?.trainingSequences;
    const full = this.set(l10n.t("Use {0}", describeValue("full")), path, "full");
    return count === undefined ? [full] : [full, this.set(l10n.t("Use {0}", count), path, count)];
  }

  private toValidation(): TextFix[] {
    const none = this.remove(this.problem.path, l10n.t("Turn off early stopping"));
    return this.experiment.training.validation.share === 0
      ? [this.set(l10n.t("Use 20% of the sequences for validation"), ["training", "validation", "share"], 0.2), none]
      : [this.set(l10n.t("Use 20 sequences"), ["task", "sequences"], 20), none];
  }

  private toPatience(): TextFix[] {
    const patience = EVALUATIONS_OF_PATIENCE * validationInterval(this.experiment.training, this.dataShape());
    return [
      this.set(l10n.t("Use {0}", patience), this.problem.path, patience),
      this.set(l10n.t("Validate at every iteration"), ["training", "validation", "every"], 1),
    ];
  }

  private toTruncation(): TextFix[] {
    const { path } = this.problem;
    const { task } = this.experiment;
    const steps = this.dataShape()?.timeSteps ?? knownLength(task) ?? 0;
    const half = Math.floor(steps / 2);
    const none = this.remove(path, l10n.t("Turn off truncation"));
    if (steps < 2) return [none];
    return [this.set(l10n.t("Truncate BPTT at {0} of {1} steps", half, steps), path, half), none];
  }

  private dataShape(): DatasetShape | null {
    const { task, training } = this.experiment;
    return datasetShape(task, training.validation.share);
  }
}

/** The fix of a name that is not there: those that are, the nearest first. */
export function replaceName(text: string, path: JsonPath, names: readonly string[]): TextFix[] {
  return names
    .map((name) => ({ title: l10n.t("Change to {0}", describeValue(name)), edits: setValue(text, path, name) ?? [] }))
    .filter(({ edits }) => edits.length > 0);
}

/** Removes the property that the problem is about, which of several of one name a path cannot tell. */
function duplicates(text: string, root: Node, { range, path, code }: Problem): TextFix[] {
  const parent = findNodeAtLocation(root, [...path.slice(0, -1)]);
  const properties = (parent?.children ?? []).filter((property) => property.children?.[0]?.value === path.at(-1));
  return properties
    .map((property) => ({ property, isMarked: property.children?.[0]?.offset === range.offset }))
    .filter(({ isMarked }) => isMarked || code === "duplicate-key")
    .sort((a, b) => Number(b.isMarked) - Number(a.isMarked))
    .map(({ property, isMarked }) => {
      const given = property.children?.[1];
      const shown =
        given === undefined ? "" : printable(text.slice(given.offset, given.offset + given.length), MAX_SHOWN);
      const key = describeValue(path.at(-1));
      const title =
        code !== "duplicate-key"
          ? l10n.t("Remove {0}", key)
          : isMarked
            ? l10n.t("Remove this {0}: {1}", key, shown)
            : l10n.t("Remove the other {0}: {1}", key, shown);
      return { title, edits: editBetween(text, withoutProperty(text, property)) };
    });
}

function withoutProperty(text: string, property: Node): string {
  // `withoutValue` goes by the path; a name that occurs once stands in for this one.
  const key = property.children?.[0];
  if (key === undefined) return text;
  const unique = `\u0000${key.offset}`;
  const parent = pathTo(property.parent);
  const marked = text.slice(0, key.offset) + JSON.stringify(unique) + text.slice(key.offset + key.length);
  return withoutValue(marked, [...parent, unique]) ?? text;
}

function pathTo(node: Node | undefined): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at = node; at?.parent !== undefined; at = at.parent) {
    if (at.parent.type === "property") path.unshift(String(at.parent.children?.[0]?.value));
    else if (at.parent.type === "array") path.unshift(at.parent.children?.indexOf(at) ?? 0);
  }
  return path;
}

function removal(text: string, path: JsonPath): TextEdit[] {
  const after = withoutValue(text, path);
  return after === null ? [] : editBetween(text, after);
}

function experimentIn(root: Node): Experiment {
  return withDefaults(experimentSchema, getNodeValue(root)) as Experiment;
}

/** Values that could stand where one is missing. @param value of the whole text */
function missing(path: JsonPath, value: unknown): unknown[] {
  const union = schemaAt(experimentSchema, path.slice(0, -1));
  const key = String(path.at(-1));
  if (union?.discriminator?.propertyName === key)
    return (union.anyOf ?? []).flatMap((branch) => branch.properties?.[key]?.const ?? []);
  const schema = schemaAt(experimentSchema, path, value) ?? schemaAt(experimentSchema, path);
  const wanted = schema === undefined ? undefined : (starterOf(schema) ?? schema.default);
  return wanted === undefined ? [] : [wanted];
}

/** Of a word or a number the number. */
function numericBranch(schema: JsonSchema | undefined): JsonSchema | undefined {
  const isNumeric = ({ type }: JsonSchema): boolean => type === "number" || type === "integer";
  return schema === undefined || isNumeric(schema) ? schema : schema.anyOf?.find(isNumeric);
}

/** The nearest number that is in range; null where the limit itself is not. */
function nearestLimit(schema: JsonSchema | undefined, value: number): number | null {
  if (schema?.minimum !== undefined && value < schema.minimum) return schema.minimum;
  if (schema?.maximum !== undefined && value > schema.maximum) return schema.maximum;
  // Above 0 or below 1, but not the limit itself: the default is a number that is known to serve.
  return typeof schema?.default === "number" ? schema.default : null;
}

function otherFits({ task }: Experiment, path: JsonPath): readonly string[] {
  if (path.at(-1) === "length") return [];
  const traits = taskTraits(task);
  return path.at(-1) === "loss" ? traits.losses : traits.outputs;
}
