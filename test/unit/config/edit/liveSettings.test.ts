import { describe, expect, test } from "vitest";
import { canApply } from "../../../../src/config/edit/liveSettings";
import { experimentOf } from "../support";

const BEFORE = `{"training":{"optimizer":{"kind":"adam","learningRate":0.01}}}`;
const verdict = (after: string, before = BEFORE) => canApply(experimentOf(before), experimentOf(after));

describe("an edit that a run can take over", () => {
  test("is one of the optimizer, its schedule, or clipping", () => {
    for (const after of [
      `{"training":{"optimizer":{"kind":"adam","learningRate":0.02}}}`,
      `{"training":{"optimizer":{"kind":"sgd","learningRate":0.01}}}`,
      `{"training":{"optimizer":{"kind":"adam","learningRate":0.01},"clip":{"norm":1}}}`,
      `{"training":{"optimizer":{"kind":"adam","learningRate":0.01},"schedule":{"kind":"cosine"}}}`,
    ])
      expect(verdict(after)).toEqual({ applies: true });
  });

  test("is none of the seed, the model or the number of iterations, and the reason names it", () => {
    expect(verdict(`{"seed":2,"training":{"optimizer":{"kind":"adam","learningRate":0.02}}}`)).toMatchObject({
      applies: false,
      reason: expect.stringMatching(/^seed has changed too/),
    });
    expect(verdict(`{"training":{"optimizer":{"kind":"adam","learningRate":0.01},"iterations":9}}`)).toMatchObject({
      reason: expect.stringMatching(/^training\.iterations/),
    });
    const validated = `{"training":{"validation":{"share":0.2}}}`;
    const stopping = `{"training":{"validation":{"share":0.2},"stop":{"patience":50}}}`;
    expect(verdict(stopping, validated)).toMatchObject({
      reason: expect.stringMatching(/^training\.stop has changed/),
    });
  });

  test("is none when nothing differs, or when one optimizer has a learning rate and the other has not", () => {
    expect(verdict(BEFORE)).toMatchObject({ applies: false });
    expect(verdict(`{}`)).toMatchObject({
      applies: false,
      reason: expect.stringMatching(/cannot be changed from adam to rprop/),
    });
    expect(verdict(`{"training":{"optimizer":{"kind":"rprop","etaPlus":1.3}}}`, "{}")).toEqual({ applies: true });
  });
});
