import { describe, expect, test } from "vitest";
import { readMemoryLimit, terminalMemoryLimit, windowMemoryLimit } from "../../../src/threads/machineMemory";

const GIB = 2 ** 30;

describe("the memory for training", () => {
  test("is a quarter of the machine's in a window, 4 GiB at most, and half of it in a terminal", () => {
    expect([windowMemoryLimit(8 * GIB), windowMemoryLimit(64 * GIB)]).toEqual([2 * GIB, 4 * GIB]);
    expect(terminalMemoryLimit(8 * GIB)).toBe(4 * GIB);
  });

  test("is what the setting says, as far as there is so much", () => {
    expect(readMemoryLimit(3, 8 * GIB)).toEqual({ bytes: 3 * GIB, problem: null });
    expect(readMemoryLimit(100, 8 * GIB)).toEqual({ bytes: 8 * GIB, problem: null });
    expect(readMemoryLimit(null, 8 * GIB)).toEqual({ bytes: 2 * GIB, problem: null });
  });

  test.each([0, -1, NaN, Infinity, "all", true, {}, [], "3"])("is the default where the setting is %j", (value) => {
    const { bytes, problem } = readMemoryLimit(value, 8 * GIB);
    expect(bytes).toBe(2 * GIB);
    expect(problem).toMatch(/is not a number of GiB from 0\.25\. The default is used: 2\.0 GiB\.$/);
  });
});
