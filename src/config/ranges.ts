import type { JsonSchema } from "./jsonSchema";

/** "whole number, 0 to 10"; what a value of this schema may be, in words. */
export function describeRange(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches !== undefined) return branches.map(describeBranch).join(" or ");
  if (schema.type === "string") return schema.maxLength === undefined ? "text" : `text of at most ${schema.maxLength} characters`;
  if (schema.type === "number" || schema.type === "integer") return [schema.type === "integer" ? "whole number" : "number", describeLimits(schema)].filter(Boolean).join(", ");
  if (schema.type === "boolean") return "true or false";
  if (schema.type === "array") return `a list of ${schema.minItems ?? 0} to ${schema.maxItems ?? "any number of"} values`;
  return "an object in { }";
}

/** "0 to 10", "above 0, at most 10": the limits of a number alone; empty when it has none. */
export function describeLimits({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  if (minimum !== undefined && maximum !== undefined) return `${format(minimum)} to ${format(maximum)}`;
  return [
    minimum === undefined ? "" : `at least ${format(minimum)}`,
    exclusiveMinimum === undefined ? "" : `above ${format(exclusiveMinimum)}`,
    maximum === undefined ? "" : `at most ${format(maximum)}`,
    exclusiveMaximum === undefined ? "" : `below ${format(exclusiveMaximum)}`,
  ].filter(Boolean).join(", ");
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
  return schema.type === "integer" ? "whole number" : (schema.type ?? "value");
}

const format = (value: number) => value.toLocaleString("en-US", { maximumFractionDigits: 20 });
