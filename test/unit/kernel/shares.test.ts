import { describe, expect, test } from "vitest";
import { placeParameters, placeShares, shareCount } from "../../../src/kernel/networkMemory";
import { specOf } from "./support";

const SMALL = specOf("rnn", { hiddenSize: 8 });
const LSTM_32 = specOf("lstm", { hiddenSize: 32 });

describe("the parts of a batch", () => {
  test("are as many as there are threads where each has work enough, and one where the step is short", () => {
    const count = (threads: number, batch = 32, timeSteps = 50, spec = LSTM_32) =>
      shareCount(spec, "float32", batch, timeSteps, threads);
    expect([1, 2, 3, 4, 8, 16].map((threads) => count(threads))).toEqual([1, 2, 3, 4, 8, 8]);
    // By multiply-adds: from half a million two parts, from three million three.
    expect([1, 2, 6, 7, 9].map((timeSteps) => count(4, 32, timeSteps))).toEqual([1, 2, 2, 3, 4]);
    expect(count(4, 32, 10, SMALL)).toBe(1);
    // Four sequences at least in each.
    expect([3, 7, 8, 11, 12, 16].map((batch) => count(4, batch, 200))).toEqual([1, 1, 2, 2, 3, 4]);
  });

  test.each([2, 3, 4, 5, 7, 16])(
    "of %i threads follow each other, end with the batch, and are about equal",
    (threads) => {
      const placed = placeParameters(LSTM_32, "float32", threads);
      for (let batch = 1; batch <= 130; batch++) {
        const shares = placeShares(LSTM_32, placed, batch, 200);
        let next = 0;
        for (const { firstSequence, batch: own } of shares) {
          expect(firstSequence).toBe(next);
          next += own;
        }
        expect(next).toBe(batch);
        expect(shares).toHaveLength(shareCount(LSTM_32, "float32", batch, 200, threads));
        const sizes = shares.map((share) => share.batch);
        expect(Math.min(...sizes)).toBeGreaterThan(0);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(3);
        for (const share of shares.slice(0, -1)) expect(share.batch % 2).toBe(0);
      }
    },
  );

  test("of two threads are those of every version", () => {
    const placed = placeParameters(LSTM_32, "float32", 2);
    const first = (batch: number) => placeShares(LSTM_32, placed, batch, 200)[0]!.batch;
    expect([8, 9, 10, 11, 13, 32, 90].map(first)).toEqual([4, 6, 6, 6, 8, 16, 46]);
  });
});
