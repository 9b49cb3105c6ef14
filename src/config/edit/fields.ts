/** The experiment as a flat list of fields, for a form or a command line. */
import * as l10n from "@vscode/l10n";
import { getNodeValue, parseTree } from "jsonc-parser";
import { withDefaults } from "../schema/defaults";
import { textWithField } from "./editField";
import { fieldGroup, fieldGroups } from "../schema/fieldGroups";
import { experimentSchema } from "../schema/fileSchema";
import { plainText } from "../schema/plainText";
import { isPlainObject, schemaAt, selectBranch, type JsonPath, type JsonSchema } from "../schema/jsonSchema";
import { parseExperiment } from "../read/parse";
import { describeValue } from "../../lib/outsideText";
import { describeRange } from "../schema/ranges";
import { readTree } from "../read/syntax";

export type FieldCheck = { readonly value: unknown } | { readonly error: string };

export interface Field {
  readonly path: readonly string[];
  /** The path as it is typed: "training.optimizer.kind". */
  readonly key: string;
  /** For a person: "Learning rate". */
  readonly label: string;
  /** Where it is listed: "Optimizer". */
  readonly group: string;
  /** Plain text. */
  readonly description: string;
  /** What the value may be: "whole number, 1 to 10". */
  readonly range: string;
  /** In force now, as it would stand in the file. */
  readonly value: unknown;
  readonly default: unknown;
  readonly isDefault: boolean;
  /**
   * The choices of a field that has only these; `input` is what `check` takes. Clip offers forms to change: it accepts
   * other numbers too.
   */
  readonly options: readonly { readonly input: string; readonly description: string }[] | null;
  /** Reads what was typed and checks it with the rest of the text, as a whole experiment. */
  check(input: string): FieldCheck;
}

/** Every field of the experiment that `text` describes; a value it leaves out or spoils has the default. */
export function listFields(text: string): Field[] {
  const resolved = withDefaults(experimentSchema, readLeniently(text));
  const fields: Field[] = [];
  collect(experimentSchema, resolved, [], (path, schema, value) => fields.push(createField(text, path, schema, value)));
  return fields;
}

/** Every field under its heading, in the order of the file; the name, which changes nothing, comes last. */
export function listFieldGroups(text: string): { readonly group: string; readonly fields: readonly Field[] }[] {
  const all = listFields(text);
  const ordered = [...all.filter(({ key }) => key !== "name"), ...all.filter(({ key }) => key === "name")];
  return fieldGroups().map((name) => ({ group: name, fields: ordered.filter(({ group }) => group === name) }));
}

/** The field at `key`, also one that another choice would bring ("training.clip.norm" while nothing is clipped). */
export function findField(text: string, key: string): Field | undefined {
  const resolved = withDefaults(experimentSchema, readLeniently(text));
  let listed: Field | undefined;
  collect(experimentSchema, resolved, [], (at, schema, value) => {
    if (at.join(".") === key) listed = createField(text, at, schema, value);
  });
  if (listed !== undefined) return listed;
  const path = key.split(".");
  const schema = schemaAt(experimentSchema, path);
  return schema === undefined || schema.properties !== undefined
    ? undefined
    : createField(text, path, schema, undefined);
}

function collect(
  schema: JsonSchema,
  value: unknown,
  path: readonly string[],
  add: (path: readonly string[], schema: JsonSchema, value: unknown) => void,
): void {
  const branch = schema.anyOf === undefined ? schema : selectBranch(schema, value);
  if (schema.properties === undefined && schema.discriminator === undefined) add(path, schema, value);
  for (const [key, property] of Object.entries(branch?.properties ?? {})) {
    // Many runs are no value to choose for one; `findField` knows its keys all the same.
    if (path.length > 0 || key !== "sweep")
      collect(property, isPlainObject(value) ? value[key] : undefined, [...path, key], add);
  }
}

function createField(text: string, path: readonly string[], schema: JsonSchema, value: unknown): Field {
  const parent = schemaAt(experimentSchema, path.slice(0, -1));
  const key = String(path.at(-1));
  const tag = parent?.discriminator?.propertyName === key ? parent : undefined;
  const standard = tag !== undefined && isPlainObject(tag.default) ? tag.default[key] : schema.default;
  const accepted: JsonSchema =
    tag === undefined
      ? schema
      : {
          enum: (tag.anyOf ?? []).map((branch) => branch.properties?.[key]?.const),
          enumDescriptions: (tag.anyOf ?? []).map((branch) => branch.description ?? ""),
        };
  return {
    path,
    key: path.join("."),
    label: schema.title ?? key,
    group: fieldGroup(path),
    description: plainText(tag?.description ?? schema.description ?? ""),
    range: describeRange(accepted),
    value,
    default: standard,
    isDefault: JSON.stringify(value) === JSON.stringify(standard),
    options: optionsOf(accepted),
    check: (input) => check(text, path, accepted, input),
  };
}

function optionsOf(schema: JsonSchema): Field["options"] {
  if (schema.enum !== undefined)
    return schema.enum.map((value, index) => ({
      input: String(value),
      description: plainText(schema.enumDescriptions?.[index] ?? ""),
    }));
  if (schema.const !== undefined)
    return [{ input: String(schema.const), description: plainText(schema.description ?? "") }];
  if (schema.type === "boolean") return [true, false].map((value) => ({ input: String(value), description: "" }));
  if (schema.anyOf === undefined || isScalarUnion(schema)) return null;
  return schema.anyOf.map((branch) => ({
    input: inputOf(branch),
    description: plainText(
      branch.const === undefined ? `${branch.title}: ${branch.description}` : (branch.description ?? ""),
    ),
  }));
}

/** An example of what is typed for a branch of a union. */
function inputOf(branch: JsonSchema): string {
  if (branch.const !== undefined) return String(branch.const);
  if (branch.type === "array") return JSON.stringify(branch.examples?.[0] ?? [1]);
  if (branch.properties === undefined) return "null";
  const entries = Object.entries(branch.properties).map(
    ([key, property]) => `${JSON.stringify(key)}: ${JSON.stringify(property.examples?.[0] ?? 1)}`,
  );
  return `{ ${entries.join(", ")} }`;
}

function check(text: string, path: JsonPath, schema: JsonSchema, input: string): FieldCheck {
  const read = readInput(schema, input);
  if ("error" in read) return read;
  const before = parseExperiment(text).problems;
  const after = textWithField(text, path, read.value);
  if (after === null) {
    const [problem] = before;
    return {
      error:
        problem === undefined
          ? l10n.t("The file cannot be edited while it has an error: it is not an object.")
          : l10n.t("The file cannot be edited while it has an error: {0}", problem.message),
    };
  }
  const known = new Set(before.map(({ message }) => message));
  const problem = parseExperiment(after).problems.find(
    ({ message, path: at }) => !known.has(message) || path.every((key, index) => at[index] === key),
  );
  return problem === undefined ? read : { error: problem.message };
}

/** A word or a number, as against objects or null. */
function isScalarUnion({ anyOf }: JsonSchema): boolean {
  return anyOf !== undefined && anyOf.every(({ type, properties }) => type !== "null" && properties === undefined);
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function readInput(schema: JsonSchema, input: string): FieldCheck {
  const trimmed = input.trim();
  if (schema.type === "string" && schema.const === undefined) return { value: input };
  if (schema.type === "number" || schema.type === "integer") {
    if (NUMBER.test(trimmed)) return { value: Number(trimmed) };
    const [given, expected] = [describeValue(trimmed), describeRange(schema)];
    return {
      error: /^\d+,\d+$/.test(trimmed)
        ? l10n.t("{0} is not a number. Expected: {1}, with a decimal point.", given, expected)
        : l10n.t("{0} is not a number. Expected: {1}.", given, expected),
    };
  }
  if (isScalarUnion(schema))
    return { value: NUMBER.test(trimmed) ? Number(trimmed) : trimmed.replace(/^"(.*)"$/, "$1") };
  if (schema.anyOf !== undefined) {
    if (/^(null|none|off)?$/.test(trimmed)) return { value: null };
    const word = trimmed.replace(/^"(.*)"$/, "$1");
    if (schema.anyOf.some((branch) => branch.const === word)) return { value: word };
    // "norm 1" is quicker to type than { "norm": 1 }.
    const [, key, number] = /^(\w+)[\s:=]+(\S+)$/.exec(trimmed) ?? [];
    if (key !== undefined && number !== undefined && NUMBER.test(number)) return { value: { [key]: Number(number) } };
    const { root } = readTree(trimmed);
    return root === null
      ? { error: l10n.t("{0} is not allowed. Expected: {1}.", describeValue(trimmed), describeRange(schema)) }
      : { value: getNodeValue(root) };
  }
  if (schema.type === "boolean") return { value: trimmed === "true" ? true : trimmed === "false" ? false : trimmed };
  if (schema.type === "array" || (schema.type === "object" && schema.properties === undefined)) {
    const tree = parseTree(trimmed);
    return tree === undefined
      ? { error: l10n.t("{0} is not allowed. Expected: {1}.", describeValue(trimmed), describeRange(schema)) }
      : { value: getNodeValue(tree) };
  }
  // One of some words, with or without quotes.
  const word = trimmed.replace(/^"(.*)"$/, "$1");
  return { value: (schema.enum ?? [schema.const]).find((accepted) => String(accepted) === word) ?? word };
}

/** The value of a text that may be half written. */
function readLeniently(text: string): unknown {
  const { root, problems } = readTree(text);
  const readable = root === null && problems.every(({ code }) => code === "syntax");
  const tree = readable ? parseTree(text) : root;
  const value: unknown = tree === null || tree === undefined ? {} : getNodeValue(tree);
  return isPlainObject(value) ? value : {};
}
