import * as l10n from "@vscode/l10n";
import type { JsonSchema } from "./jsonSchema";

/** "whole number, 0 to 10"; the allowed values of this schema, in words. */
export function describeRange(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return eitherOf(schema.enum.map((value) => JSON.stringify(value)));
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches !== undefined) return eitherOf(branches.map(describeBranch));
  if (schema.type === "string")
    return schema.maxLength === undefined ? l10n.t("text") : l10n.t("text of at most {0} characters", schema.maxLength);
  if (schema.type === "number" || schema.type === "integer")
    return [schema.type === "integer" ? l10n.t("whole number") : l10n.t("number"), describeLimits(schema)]
      .filter(Boolean)
      .join(", ");
  if (schema.type === "boolean") return eitherOf(["true", "false"]);
  if (schema.type === "array") {
    const { minItems = 0, maxItems } = schema;
    return maxItems === undefined
      ? minItems === 1
        ? l10n.t("a list of at least 1 value")
        : l10n.t("a list of at least {0} values", minItems)
      : l10n.t("a list of {0} to {1} values", format(minItems), format(maxItems));
  }
  return l10n.t("an object ({0})", "{ }");
}

/** "1 or 2 or 3" */
export function eitherOf(choices: readonly string[]): string {
  return choices.length === 0 ? "" : choices.reduce((words, word) => l10n.t("{0} or {1}", words, word));
}

/** "0 to 10", "above 0, at most 10": the limits of a number alone; empty when it has none. */
export function describeLimits({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  if (minimum !== undefined && maximum !== undefined) return l10n.t("{0} to {1}", format(minimum), format(maximum));
  return [
    minimum === undefined ? "" : l10n.t("at least {0}", format(minimum)),
    exclusiveMinimum === undefined ? "" : l10n.t("above {0}", format(exclusiveMinimum)),
    maximum === undefined ? "" : l10n.t("at most {0}", format(maximum)),
    exclusiveMaximum === undefined ? "" : l10n.t("below {0}", format(exclusiveMaximum)),
  ]
    .filter(Boolean)
    .join(", ");
}

function describeBranch(branch: JsonSchema): string {
  if (branch.type === "null") return "null";
  if (branch.properties === undefined) return describeRange(branch);
  const [first, ...others] = Object.entries(branch.properties ?? {});
  if (first === undefined) return "{ }";
  const [key, property] = first;
  const value = property.const === undefined ? describeType(property) : JSON.stringify(property.const);
  return `{ ${JSON.stringify(key)}: ${value}${others.length > 0 ? ", …" : ""} }`;
}

function describeType(schema: JsonSchema): string {
  switch (schema.type) {
    case "integer":
      return l10n.t("whole number");
    case "number":
      return l10n.t("number");
    case "string":
      return l10n.t("text");
    case "object":
      return l10n.t("object");
    default:
      return schema.type ?? l10n.t("value");
  }
}

const format = (value: number) => value.toLocaleString("en-US", { maximumFractionDigits: 20 });
