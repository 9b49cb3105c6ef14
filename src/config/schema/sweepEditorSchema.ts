/** The parameters that a sweep can vary, for completion and hover. */
import * as l10n from "@vscode/l10n";
import { experimentSchema } from "./fileSchema";
import { schemaAt, type JsonSchema } from "./jsonSchema";
import { describeRange } from "./ranges";
import { sweepKeys } from "./sweepAxes";

const PARAMETERS = "sweep.parameters";

/** The schema of the file with the keys of `sweep.parameters` in it. */
export function withSweepKeys(schema: JsonSchema, path: readonly string[] = []): JsonSchema {
  if (path.join(".") === PARAMETERS) {
    // No types: our own check says more about a wrong value, and says it once.
    return { ...schema, properties: Object.fromEntries(sweepKeys().map((key) => [key, axisSchema(key)])) };
  }
  const { anyOf, properties } = schema;
  const leadsThere = PARAMETERS.startsWith(path.join("."));
  if (!leadsThere) return schema;
  return {
    ...schema,
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map((branch) => withSweepKeys(branch, path)) }),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([key, property]) => [key, withSweepKeys(property, [...path, key])]),
          ),
        }),
  };
}

function axisSchema(key: string): JsonSchema {
  const schema = schemaAt(experimentSchema, key.split(".")) ?? {};
  const kinds =
    schema.anyOf?.map((branch) => branch.properties?.["kind"]?.const).filter((kind) => kind !== undefined) ?? [];
  const text = `${schema.description ?? ""} ${l10n.t("Each value: {0}.", describeRange(schema))}`;
  return {
    title: schema.title ?? key,
    description: text,
    markdownDescription: text,
    defaultSnippets: snippets(schema, kinds),
  };
}

function snippets(schema: JsonSchema, kinds: readonly unknown[]): NonNullable<JsonSchema["defaultSnippets"]> {
  const list = (body: unknown[]) => ({ label: JSON.stringify(body), description: l10n.t("A list of values"), body });
  if (schema.type === "number" || schema.type === "integer") {
    const typical = schema.default ?? schema.examples?.[0];
    const standard = typeof typical === "number" && typical > 0 ? typical : 1;
    const range = (label: string, scale: string, from: number, to: number) => ({
      label,
      description: l10n.t("Numbers between two ends"),
      body: { from, to, count: 5, scale },
    });
    return [
      list([standard, 2 * standard]),
      range(l10n.t("range"), "linear", standard, 5 * standard),
      range(l10n.t("log range"), "log", standard / 10, 10 * standard),
    ];
  }
  if (schema.enum !== undefined) return [list([...schema.enum])];
  if (schema.type === "boolean") return [list([true, false])];
  if (kinds.length > 0) return [list(kinds.map((kind) => ({ kind })))];
  // A number or a word: the default, and each word.
  const words = (schema.anyOf ?? []).flatMap((branch) => branch.const ?? []);
  return [list([...new Set([schema.default ?? null, ...words])])];
}
