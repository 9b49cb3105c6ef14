/**
 * The JSON Schema that VS Code completes and explains with. It checks less than the validator: our own diagnostics are
 * more precise and come with a fix (src/editor/diagnostics.ts), and would otherwise appear twice. VS Code checks types
 * and choices.
 */
import * as l10n from "@vscode/l10n";
import { createFileSchema } from "./fileSchema";
import { isPlainObject, starterOf, type JsonSchema } from "./jsonSchema";
import { describeLimits, describeRange } from "./ranges";
import { withSweepKeys } from "./sweepEditorSchema";
import { EXPERIMENT_SNIPPETS, MODEL_SNIPPETS } from "./snippets";

type Mutable = { -readonly [K in keyof JsonSchema]: JsonSchema[K] };
type Snippet = NonNullable<JsonSchema["defaultSnippets"]>[number];

/** Keywords whose errors our own diagnostics report. */
const OURS = [
  "additionalProperties",
  "required",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "discriminator",
] as const;

export function createEditorSchema(): JsonSchema {
  const root = convert(withSweepKeys(createFileSchema()), null, false);
  const { task, model, ...rest } = root.properties ?? {};
  return {
    ...root,
    properties: {
      ...rest,
      ...(task === undefined ? {} : { task }),
      ...(model === undefined ? {} : { model: { ...model, defaultSnippets: MODEL_SNIPPETS } }),
    },
    defaultSnippets: EXPERIMENT_SNIPPETS,
  };
}

/** @param standard default of the value where its schema has none of its own: the kind of a union's default */
function convert(schema: JsonSchema, standard: unknown, keepLimits: boolean): Mutable {
  const { properties, patternProperties, anyOf, oneOf, items, ...rest } = schema;
  const converted: Mutable = rest;
  const ofEach = patternProperties?.[""];
  if (ofEach !== undefined) converted.patternProperties = { "": convert(ofEach, null, false) };
  if (schema.description !== undefined) converted.markdownDescription = describe(schema, standard);
  if (properties !== undefined)
    converted.properties = Object.fromEntries(
      Object.entries(properties).map(([key, property]) => [key, convert(property, null, false)]),
    );
  if (items !== undefined) converted.items = convert(items, undefined, false);
  const branches = oneOf ?? anyOf;
  if (branches !== undefined) {
    // A word or a number: which of the two is wrong VS Code sees only by the limits.
    const scalar = branches.every(({ type, properties: of }) => type !== "null" && of === undefined);
    // On a value VS Code shows the branch that it is of; for a word or a number that is a part of what there is to say.
    const whole = scalar ? { title: schema.title ?? "", markdownDescription: converted.markdownDescription ?? "" } : {};
    converted.anyOf = branches.map((branch) => {
      // What begins a branch is offered once, for the whole.
      const { defaultSnippets: _ofBranch, ...one } = convert(branch, null, scalar);
      return { ...one, ...whole };
    });
    if (!scalar) {
      converted.defaultSnippets = branches.map(snippetOf);
      // It would be offered as well, in one long line.
      delete converted.default;
    }
  } else if (properties !== undefined) {
    converted.defaultSnippets = [
      {
        label: "{ … }",
        description: l10n.t("An object to fill in. Omitted keys use their defaults."),
        body: { "^$0": "" },
      },
    ];
  }
  if (!keepLimits) for (const keyword of OURS) delete converted[keyword];
  return converted;
}

/** The meaning, then the allowed values and the default. */
function describe(schema: JsonSchema, standard: unknown): string {
  const value = schema.default ?? standard;
  const isNumber = schema.type === "number" || schema.type === "integer";
  const range = isNumber
    ? `${schema.type === "integer" ? l10n.t("Whole number") : l10n.t("Number")}${describeLimits(schema) === "" ? "" : `, ${describeLimits(schema)}`}`
    : schema.enum !== undefined || schema.anyOf !== undefined || schema.type === "array"
      ? capital(describeRange(schema))
      : "";
  const isShown =
    value !== undefined &&
    (value !== null || schema.anyOf !== undefined) &&
    !(isPlainObject(value) && Object.keys(value).length === 0);
  const facts = [
    range === "" ? "" : `${range}.`,
    isShown ? l10n.t("Default: {0}.", `\`${JSON.stringify(value)}\``) : "",
  ]
    .filter(Boolean)
    .join(" ");
  return facts === "" ? (schema.description ?? "") : `${schema.description}\n\n${facts}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A whole branch of a union, with a tab stop at each value. */
function snippetOf(branch: JsonSchema): Snippet {
  const label = branch.title ?? "";
  const markdownDescription = branch.description ?? "";
  if (branch.type === "null") return { label, markdownDescription, body: null };
  const withStops = createTabStops();
  const entries = Object.entries(branch.properties ?? {}).map(([key, property]) => {
    if (property.const !== undefined) return [key, property.const];
    const [example] = property.examples ?? [];
    const isMap = property.patternProperties !== undefined;
    if (isMap) return [key, withStops.inMap(isPlainObject(example) ? example : {})];
    return [key, withStops.inValue(starterOf(property) ?? (property.default === undefined ? 1 : property.default))];
  });
  return { label, markdownDescription, body: Object.fromEntries(entries) };
}

/** Numbers the tab stops of one snippet. A value that begins with ^ is inserted without quotes. */
function createTabStops() {
  let stop = 0;
  const inValue = (value: unknown): unknown => {
    if (typeof value === "number" || typeof value === "boolean" || value === null) return `^\${${++stop}:${value}}`;
    return typeof value === "string" ? `\${${++stop}:${value}}` : value;
  };
  const inMap = (map: Readonly<Record<string, unknown>>): unknown =>
    Object.fromEntries(
      Object.entries(map).map(([key, value]) => [
        `\${${++stop}:${key}}`,
        Array.isArray(value) ? value.map(inValue) : inValue(value),
      ]),
    );
  return { inValue, inMap };
}
