/**
 * Explicit values for the parameters of a network, by the name of the tensor: a number for all elements, or nested
 * lists.
 */
import * as l10n from "@vscode/l10n";
import { parameterLayout, sizeOf, type NetworkSpec } from "../../shared/trace/networkSpec";
import type { ParameterInfo } from "../../shared/trace/trace";
import { describeError, describeValue, printable } from "../../lib/outsideText";

/** What is wrong with `model.init.values` for this network; null when nothing is. */
export function checkInitialValues(
  values: Readonly<Record<string, unknown>>,
  spec: NetworkSpec,
): { readonly path: readonly string[]; readonly message: string } | null {
  const layout = parameterLayout(spec);
  for (const [name, value] of Object.entries(values)) {
    try {
      readInitialValue(layout, name, value);
    } catch (error) {
      return {
        path: ["model", "init", "values", name],
        message: describeError(error),
      };
    }
  }
  return null;
}

/**
 * The elements of one tensor, and where they go.
 * @throws Error when there is no such tensor, or the value has another shape
 */
export function readInitialValue(
  layout: readonly ParameterInfo[],
  name: string,
  value: unknown,
): { readonly offset: number; readonly values: readonly number[] } {
  const { offset, shape } = findTensor(layout, name, "model.init.values");
  const where = `model.init.values.${printable(name)}`;
  if (typeof value === "number" && Number.isFinite(value))
    return { offset, values: Array.from({ length: sizeOf(shape) }, () => value) };
  return { offset, values: flatten(value, shape, where) };
}

/** @throws Error naming the tensors there are */
export function findTensor(layout: readonly ParameterInfo[], name: string, source: string): ParameterInfo {
  const info = layout.find((candidate) => candidate.name === name);
  if (info === undefined)
    throw new Error(
      l10n.t(
        "{0} names {1}, but the model has no such tensor. Its tensors are {2}.",
        source,
        describeValue(name),
        printable(layout.map((known) => known.name).join(", ")),
      ),
    );
  return info;
}

/** Nested lists of exactly this shape, flat. */
function flatten(value: unknown, shape: readonly number[], where: string): number[] {
  const [axis, ...rest] = shape;
  if (axis === undefined) {
    if (typeof value === "number" && Number.isFinite(value)) return [value];
    throw new Error(l10n.t("{0} must be a number; it is {1}", where, describeValue(value)));
  }
  if (!Array.isArray(value) || value.length !== axis) {
    throw new Error(describeWrongList(where, axis, rest.length > 0, Array.isArray(value) ? value.length : null));
  }
  return value.flatMap((part, index) => flatten(part, rest, `${where}[${index}]`));
}

/** @param length of the list that is given, null when it is none */
function describeWrongList(where: string, axis: number, nested: boolean, length: number | null): string {
  if (nested)
    return length === null
      ? l10n.t("{0} must be a number or a list of {1} lists", where, axis)
      : l10n.t("{0} must be a number or a list of {1} lists; its length is {2}", where, axis, length);
  return length === null
    ? l10n.t("{0} must be a number or a list of {1} numbers", where, axis)
    : l10n.t("{0} must be a number or a list of {1} numbers; its length is {2}", where, axis, length);
}
