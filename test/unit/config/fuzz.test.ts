import fc from "fast-check";
import { describe, test, vi } from "vitest";
import { configHash } from "../../../src/config/hash";
import { newExperimentText } from "../../../src/config/newExperiment";
import { parseExperiment } from "../../../src/config/parse";
import { MAX_PROBLEMS } from "../../../src/config/problem";
import { listFields } from "../../../src/config/fields";
import { setValue } from "../../../src/config/editField";
import { experimentSchema } from "../../../src/config/fileSchema";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 600_000 });

/** FUZZ_FACTOR=30 npm run test:unit -- fuzz: so many times the usual number of texts. */
const runs = (count: number) => ({ numRuns: count * Number(process.env["FUZZ_FACTOR"] ?? 1) });

function assert(condition: boolean, claim: string): void {
  if (!condition) throw new Error(`not so: ${claim}`);
}

/** Holds for any text at all. Without `expect`, which costs more than what is tested. */
function holds(text: string): void {
  const { experiment, problems } = parseExperiment(text);
  assert((experiment === null) === problems.some(({ severity }) => severity === "error"), "an experiment comes without errors, and errors without an experiment");
  assert(problems.length <= MAX_PROBLEMS, "the problems are bounded");
  for (const { message, range, path } of problems) {
    assert(message.length > 0 && message.length < 1000 && !/[\p{Cc}\p{Cf}]/u.test(message), "a message is short and visible");
    assert(path.every((key) => typeof key === "string" || typeof key === "number"), "a path is made of keys");
    assert(range.offset >= 0 && range.length >= 0 && range.offset + range.length <= Math.max(text.length, 1), "a range lies in the text");
  }
  if (experiment === null) return;
  const again = parseExperiment(JSON.stringify(experiment)).experiment;
  assert(JSON.stringify(again) === JSON.stringify(experiment), "a resolved experiment is a right file that resolves to itself");
  assert(/^[0-9a-f]{16}$/.test(configHash(experiment)), "every experiment has a hash");
}

const template = newExperimentText("fuzz");
const pieces = ["{", "}", "[", "]", ":", ",", '"', "//", "/*", "*/", "1e999", "-0", "null", '"seed"', '"__proto__"', '"task"', '"kind"', "\\u", "\u0000", "\uFEFF", "\uD800", " ", "\n"];

describe("reading never throws, and gives an experiment only without errors", () => {
  test("any text", () => fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), holds), runs(1000)));
  test("any JSON", () => fc.assert(fc.property(fc.json({ noUnicodeString: false }), holds), runs(1000)));
  test("pieces of JSON in any order", () => fc.assert(fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join("")), holds), runs(2000)));
  test("long runs of brackets, closed or not", () => {
    const run = fc.tuple(fc.constantFrom("[", "{", "[}", "{]", '{"a":', '[{"a":', "[,", "{,", "]", "}"), fc.integer({ min: 1, max: 3000 })).map(([piece, count]) => piece.repeat(count));
    fc.assert(fc.property(fc.array(run, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("")), holds), runs(100));
  });
  test("a right file with any piece cut out, doubled or put in", () => {
    const change = fc.record({ at: fc.nat(template.length), length: fc.nat(30), put: fc.array(fc.constantFrom(...pieces), { maxLength: 3 }).map((parts) => parts.join("")) });
    fc.assert(fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      holds(changes.reduce((text, { at, length, put }) => text.slice(0, at) + put + text.slice(at + length), template));
    }), runs(2000));
  });
  test("any value in any place of a right file", () => {
    const base = JSON.parse(JSON.stringify(parseExperiment("{}").experiment)) as Record<string, unknown>;
    const keys = Object.keys(experimentSchema.properties ?? {});
    const value = fc.oneof(fc.jsonValue(), fc.double(), fc.integer(), fc.constantFrom(null, "sgd", "rprop", {}, { kind: "sgd" }, { norm: 1 }, { clip: { value: 2 } }));
    fc.assert(fc.property(fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 3 }), (changes) => holds(JSON.stringify({ ...base, ...changes }))), runs(1000));
  });
  test("a megabyte of unknown keys", () => holds(`{${Array.from({ length: 60_000 }, (_, i) => `"key${i}":1`).join(",")}}`));
});

test("fields and edits of any text do not throw", () => {
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join(""));
  fc.assert(fc.property(fc.oneof(text, fc.json()), (source) => {
    for (const field of listFields(source)) {
      field.check("1");
      setValue(source, field.path, field.default);
    }
  }), runs(200));
});
