import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readQuestion, type Question } from "../../../../src/shared/wire/questions";

const GOOD: readonly Question[] = [
  { kind: "weights", iteration: 0 },
  { kind: "inspect", iteration: 3, sequence: 4 },
  { kind: "inspect", iteration: 3, sequence: "13 + 7" },
  { kind: "predictions", iteration: 1, part: "validation" },
  { kind: "lengths", iteration: 1, length: 20 },
  { kind: "sample", iteration: 1, prime: "It ", length: 200, temperature: 0.8, draw: 2 },
];

describe("a question of a page", () => {
  it.each(GOOD)("is taken as it is, without what else is in it: %j", (question) => {
    expect(readQuestion({ ...question, extra: 1 })).toEqual(question);
  });

  it.each([
    { kind: "inspect", iteration: 3, sequence: -1 },
    { kind: "inspect", iteration: 3, sequence: "0".repeat(4001) },
    { kind: "predictions", iteration: 1, part: "all" },
    { kind: "lengths", iteration: 1, length: 0 },
    { kind: "lengths", iteration: 1, length: 1e9 },
    { kind: "sample", iteration: 1, prime: "", length: 1e9, temperature: 1, draw: 1 },
    { kind: "sample", iteration: 1, prime: "", length: 10, temperature: NaN, draw: 1 },
    { kind: "sample", iteration: 1.5, prime: "", length: 10, temperature: 1, draw: 1 },
    { kind: "constructor", iteration: 1 },
    null,
  ])("is refused: %j", (data) => {
    expect(readQuestion(data)).toBeNull();
  });

  it("never throws, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          fc.record({
            kind: fc.constantFrom("inspect", "predictions", "lengths", "sample"),
            iteration: fc.anything(),
            sequence: fc.anything(),
            length: fc.anything(),
            prime: fc.anything(),
          }),
        ),
        (data) => void readQuestion(data),
      ),
      { numRuns: 1000 },
    );
  });
});
