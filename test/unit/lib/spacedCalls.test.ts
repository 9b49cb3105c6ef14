import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SpacedCalls } from "../../../src/lib/spacedCalls";

describe("calls that are spaced", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("are made at once, then one at the end of each pause in which any was asked for", () => {
    let calls = 0;
    const spaced = new SpacedCalls(1000, () => calls++);
    const ask = (times: number) => {
      for (let i = 0; i < times; i++) spaced.request();
      return calls;
    };
    expect(ask(2000)).toBe(1);
    vi.advanceTimersByTime(1000);
    expect(calls).toBe(2);
    expect(ask(2000)).toBe(2);
    vi.advanceTimersByTime(5000);
    expect([calls, ask(1)]).toEqual([3, 4]);
    ask(1);
    spaced.reset();
    expect(ask(1)).toBe(5);
    spaced.dispose();
    vi.advanceTimersByTime(5000);
    expect(calls).toBe(5);
  });
});
