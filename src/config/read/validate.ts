/** The second half of reading a file: what the schema says about the tree, as problems with exact ranges. */
import * as l10n from "@vscode/l10n";
import type { ErrorObject } from "ajv";
import { findNodeAtLocation, getNodeValue, type Node } from "jsonc-parser";
import { experimentSchema } from "../schema/fileSchema";
import { isPlainObject, schemaAt, selectBranch, type JsonPath, type JsonSchema } from "../schema/jsonSchema";
import { describeValue } from "../../lib/outsideText";
import { formatPath } from "../schema/formatPath";
import { MAX_PROBLEMS, type Problem, type ProblemCode, type TextRange } from "../schema/problem";
import { describeLimits, describeRange, eitherOf } from "../schema/ranges";
import { suggest } from "../../lib/suggest";
import { validate } from "../schema/validateExperiment.generated";

export function validateTree(root: Node): Problem[] {
  const value: unknown = getNodeValue(root);
  if (!isPlainObject(value)) {
    return [
      {
        code: "not-an-object",
        layer: "schema",
        severity: "error",
        message: l10n.t("An experiment must be an object in {0}; it is {1}.", "{ }", describeValue(value)),
        path: [],
        range: rangeOf(root),
      },
    ];
  }
  if (validate(value)) return [];
  const errors = withoutOtherBranches(validate.errors ?? [], value);
  return errors.slice(0, MAX_PROBLEMS).map((error) => toProblem(error, root, value));
}

/**
 * A union without a discriminator reports the errors of all its branches, and then itself.
 * Keep those of the branch that is meant; when none is, keep the union's own.
 */
function withoutOtherBranches(errors: readonly ErrorObject[], value: unknown): ErrorObject[] {
  let kept = [...errors];
  for (const union of errors.filter((error) => error.keyword === "anyOf")) {
    const path = pathOf(union, value);
    const schema = schemaAt(experimentSchema, path, value);
    const branch = schema === undefined ? undefined : selectBranch(schema, valueAt(value, path));
    const meant = branch === undefined ? null : `${union.schemaPath}/${schema?.anyOf?.indexOf(branch)}/`;
    kept = kept.filter((error) =>
      error === union
        ? meant === null
        : !error.schemaPath.startsWith(`${union.schemaPath}/`) ||
          (meant !== null && error.schemaPath.startsWith(meant)),
    );
  }
  return kept;
}

/** An error of the validator, with what its message needs. */
interface Fault {
  readonly root: Node;
  readonly path: JsonPath;
  /** The path in words. */
  readonly where: string;
  readonly found: unknown;
  readonly schema: JsonSchema;
  readonly params: ErrorObject["params"];
}

function toProblem(error: ErrorObject, root: Node, value: unknown): Problem {
  const path = pathOf(error, value);
  const schema = schemaAt(experimentSchema, path, value) ?? experimentSchema;
  const { params } = error;
  const fault: Fault = { root, path, where: formatPath(path), found: valueAt(value, path), schema, params };
  switch (error.keyword) {
    case "additionalProperties":
      return unknownKey(fault, String(params["additionalProperty"]));
    case "required":
      return missingKey(fault, String(params["missingProperty"]));
    case "discriminator":
      return wrongTag(fault, String(params["tag"]));
    case "const":
      return unknownValue(fault, path, fault.found, [params["allowedValue"]]);
    case "enum":
      return unknownValue(fault, path, fault.found, params["allowedValues"] as unknown[]);
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
    case "exclusiveMaximum":
    case "minLength":
    case "minItems":
    case "maxItems":
      return here(fault, "out-of-range", describeExcess(fault, error.keyword));
    case "maxLength":
      return here(fault, "too-long", describeExcess(fault, error.keyword));
    default:
      return wrongType(fault);
  }
}

function problemOf(code: ProblemCode, message: string, path: JsonPath, range: TextRange, suggestion?: string): Problem {
  return {
    code,
    layer: "schema",
    severity: "error",
    message,
    path,
    range,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** On the value that the fault is of. */
function here({ root, path }: Fault, code: ProblemCode, message: string): Problem {
  return problemOf(code, message, path, rangeOf(findNodeAtLocation(root, [...path]) ?? root));
}

/** The sentence for a value beyond a limit. */
function describeExcess({ where, found, schema }: Fault, keyword: string): string {
  switch (keyword) {
    case "maxLength":
      return l10n.t(
        "{0} has {1} characters; the maximum is {2}.",
        where,
        [...String(found)].length,
        schema.maxLength ?? 0,
      );
    case "minLength":
      return l10n.t("{0} is empty; it must be {1}.", where, describeRange(schema));
    case "minItems":
    case "maxItems": {
      const count = Array.isArray(found) ? found.length : 0;
      return l10n.t("{0} has {1} values; it must be {2}.", where, count, describeRange(schema));
    }
    default:
      return l10n.t("{0} is {1}; it must be {2}.", where, String(found), describeLimits(schema));
  }
}

function unknownKey({ root, path, where, found, schema }: Fault, key: string): Problem {
  const branch = selectBranch(schema, found) ?? schema;
  const owner = schema.anyOf?.find((other) => other.properties?.[key] !== undefined);
  const known = Object.keys(branch.properties ?? {});
  const suggestion =
    owner === undefined
      ? suggest(
          key,
          known.filter((name) => !(isPlainObject(found) && name in found)),
        )
      : undefined;
  const advice = suggestion === undefined ? l10n.t("Allowed keys: {0}.", list(known)) : didYouMean(suggestion);
  const message =
    owner === undefined
      ? `${l10n.t("{0} has no key {1}.", where, describeValue(key))} ${advice}`
      : l10n.t(
          "{0} is {1}, but {2} belongs to {3}. Remove one of them.",
          where,
          branch.title ?? "",
          JSON.stringify(key),
          owner.title ?? "",
        );
  return problemOf("unknown-key", message, [...path, key], keyRange(root, [...path, key]), suggestion);
}

function wrongTag(fault: Fault, tag: string): Problem {
  const { found, path, schema } = fault;
  if (!isPlainObject(found) || found[tag] === undefined) return missingKey(fault, tag);
  const accepted = (schema.anyOf ?? []).map((branch) => branch.properties?.[tag]?.const);
  return unknownValue(fault, [...path, tag], found[tag], accepted);
}

function wrongType(fault: Fault): Problem {
  const { where, found, schema } = fault;
  const [wanted, given] = [describeRange(schema), describeValue(found)];
  const message = isNumeric(schema)
    ? l10n.t("{0} must be a {1}; it is {2}.", where, wanted, given)
    : l10n.t("{0} must be {1}; it is {2}.", where, wanted, given);
  const isQuoted = isQuotedNumber(schema, found);
  return here(fault, "wrong-type", isQuoted ? `${message} ${l10n.t("Remove the quotes.")}` : message);
}

function missingKey({ root, path, where, schema }: Fault, key: string): Problem {
  const property = schemaAt(schema, [key]);
  const message =
    property === undefined
      ? l10n.t("{0} requires {1}.", where, JSON.stringify(key))
      : l10n.t("{0} requires {1}: {2}.", where, JSON.stringify(key), describeChoices(schema, key));
  return problemOf("missing-key", message, [...path, key], keyRange(root, path));
}

function unknownValue({ root }: Fault, at: JsonPath, given: unknown, accepted: readonly unknown[]): Problem {
  const suggestion =
    typeof given === "string"
      ? suggest(
          given,
          accepted.filter((value) => typeof value === "string"),
        )
      : undefined;
  const wrong = l10n.t("{0} must be {1}; it is {2}.", formatPath(at), list(accepted), describeValue(given));
  const message = suggestion === undefined ? wrong : `${wrong} ${didYouMean(suggestion)}`;
  return problemOf("unknown-value", message, at, rangeOf(findNodeAtLocation(root, [...at]) ?? root), suggestion);
}

function describeChoices(schema: JsonSchema, key: string): string {
  const properties = (schema.anyOf ?? [schema]).flatMap((branch) => branch.properties?.[key] ?? []);
  return eitherOf([...new Set(properties.map(describeRange))]);
}

function isQuotedNumber(schema: JsonSchema, found: unknown): boolean {
  return isNumeric(schema) && typeof found === "string" && found.trim() !== "" && Number.isFinite(Number(found));
}

const isNumeric = ({ type }: JsonSchema): boolean => type === "number" || type === "integer";

const didYouMean = (suggestion: string): string => l10n.t("Did you mean {0}?", JSON.stringify(suggestion));

function list(values: readonly unknown[]): string {
  const words = values.map((value) => JSON.stringify(value));
  return words.length < 2 ? words.join("") : l10n.t("{0} or {1}", words.slice(0, -1).join(", "), words.at(-1) ?? "");
}

/** Keys as texts, indices of lists as numbers. */
function pathOf({ instancePath }: ErrorObject, value: unknown): (string | number)[] {
  let at = value;
  return instancePath
    .split("/")
    .slice(1)
    .map((part) => {
      const key = Array.isArray(at) ? Number(part) : part.replaceAll("~1", "/").replaceAll("~0", "~");
      at = valueAt(at, [key]);
      return key;
    });
}

function valueAt(value: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>(
    (at, key) => (isPlainObject(at) ? at[key] : Array.isArray(at) ? at[Number(key)] : undefined),
    value,
  );
}

const rangeOf = ({ offset, length }: TextRange): TextRange => ({ offset, length });

/** The key at `path`, else (for the root) its opening brace. */
export function keyRange(root: Node, path: JsonPath): TextRange {
  const keyNode = findNodeAtLocation(root, [...path])?.parent?.children?.[0];
  return keyNode === undefined ? { offset: root.offset, length: 1 } : rangeOf(keyNode);
}
