import fc from "fast-check";
import { describe, test, vi } from "vitest";
import { configHash } from "../../src/config/compare/hash";
import { newExperimentText } from "../../src/config/edit/newExperiment";
import { parseExperiment } from "../../src/config/read/parse";
import { MAX_PROBLEMS } from "../../src/config/schema/problem";
import { listFields } from "../../src/config/edit/fields";
import { setValue } from "../../src/config/edit/editField";
import { experimentSchema } from "../../src/config/schema/fileSchema";
import { assert, fuzz } from "./support";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 600_000 });

/** Holds for any text at all. */
function holds(text: string): void {
  const { experiment, problems } = parseExperiment(text);
  assert(
    (experiment === null) === problems.some(({ severity }) => severity === "error"),
    "an experiment comes without errors, and errors without an experiment",
  );
  assert(problems.length <= MAX_PROBLEMS, "the problems are bounded");
  for (const { message, range, path } of problems) {
    assert(
      message.length > 0 && message.length < 1000 && !/[\p{Cc}\p{Cf}]/u.test(message),
      "a message is short and visible",
    );
    assert(
      path.every((key) => typeof key === "string" || typeof key === "number"),
      "a path is made of keys",
    );
    assert(
      range.offset >= 0 && range.length >= 0 && range.offset + range.length <= Math.max(text.length, 1),
      "a range lies in the text",
    );
  }
  if (experiment === null) return;
  const again = parseExperiment(JSON.stringify(experiment)).experiment;
  assert(
    JSON.stringify(again) === JSON.stringify(experiment),
    "a resolved experiment is a right file that resolves to itself",
  );
  assert(/^[0-9a-f]{16}$/.test(configHash(experiment)), "every experiment has a hash");
}

const template = newExperimentText("fuzz");
const pieces = [
  "{",
  "}",
  "[",
  "]",
  ":",
  ",",
  '"',
  "//",
  "/*",
  "*/",
  "1e999",
  "-0",
  "null",
  '"seed"',
  '"__proto__"',
  '"task"',
  '"kind"',
  "\\u",
  "\u0000",
  "\uFEFF",
  "\uD800",
  " ",
  "\n",
];

const change = fc.record({
  at: fc.nat(template.length),
  length: fc.nat(30),
  put: fc.array(fc.constantFrom(...pieces), { maxLength: 3 }).map((parts) => parts.join("")),
});
const brackets = fc
  .tuple(
    fc.constantFrom("[", "{", "[}", "{]", '{"a":', '[{"a":', "[,", "{,", "]", "}"),
    fc.integer({ min: 1, max: 3000 }),
  )
  .map(([piece, count]) => piece.repeat(count));
const value = fc.oneof(
  fc.jsonValue(),
  fc.double(),
  fc.integer(),
  fc.constantFrom(null, "sgd", "rprop", {}, { kind: "sgd" }, { norm: 1 }, { clip: { value: 2 } }),
);
const base = JSON.parse(JSON.stringify(parseExperiment("{}").experiment)) as Record<string, unknown>;
const keys = Object.keys(experimentSchema.properties ?? {});

// In sum more than 200,000 configs in the whole run.
describe("reading never throws, and gives an experiment only without errors", () => {
  test("any text", () =>
    fuzz("configs, any text", { short: 500, full: 40_000 }, fc.string({ unit: "binary", maxLength: 200 }), holds));
  test("any JSON", () =>
    fuzz("configs, any JSON", { short: 500, full: 40_000 }, fc.json({ noUnicodeString: false }), holds));
  test("pieces of JSON in any order", () =>
    fuzz(
      "configs, pieces",
      { short: 1000, full: 50_000 },
      fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join("")),
      holds,
    ));
  test("long runs of brackets, closed or not", () =>
    fuzz(
      "configs, brackets",
      { short: 50, full: 2000 },
      fc.array(brackets, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("")),
      holds,
    ));
  test("a right file with any piece cut out, doubled or put in", () =>
    fuzz(
      "configs, changed files",
      { short: 1000, full: 40_000 },
      fc.array(change, { minLength: 1, maxLength: 4 }),
      (changes) =>
        holds(
          changes.reduce((text, { at, length, put }) => text.slice(0, at) + put + text.slice(at + length), template),
        ),
    ));
  test("any value in any place of a right file", () =>
    fuzz(
      "configs, any value",
      { short: 500, full: 30_000 },
      fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 3 }),
      (changes) => holds(JSON.stringify({ ...base, ...changes })),
    ));
  test("a megabyte of unknown keys", () =>
    holds(`{${Array.from({ length: 60_000 }, (_, i) => `"key${i}":1`).join(",")}}`));
});

test("fields and edits of any text do not throw", () => {
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join(""));
  fuzz("fields and edits", { short: 100, full: 5000 }, fc.oneof(text, fc.json()), (source) => {
    for (const field of listFields(source)) {
      field.check("1");
      setValue(source, field.path, field.default);
    }
  });
});
