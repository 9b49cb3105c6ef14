import { describe, expect, test } from "vitest";
import { CLAIMS } from "../../claims/claims";
import { runJob } from "../../claims/runJob";

describe("claims", () => {
  test("have names of their own and say where they stand and for what", () => {
    const ids = CLAIMS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, texts, range, says } of CLAIMS) {
      expect(texts.length, id).toBeGreaterThan(0);
      expect(says.length, id).toBeGreaterThan(10);
      expect(range.length, id).toBeGreaterThan(0);
    }
  });

  test("about training are tried with ten seeds or more", () => {
    for (const { id, jobs } of CLAIMS)
      for (const [name, list] of Object.entries(jobs)) expect(list.length, `${id}: ${name}`).toBeGreaterThanOrEqual(10);
  });

  test.each(CLAIMS.filter(({ isShort }) => isShort).map((claim) => [claim.id, claim] as const))("%s", (_, claim) => {
    const runs = Object.fromEntries(Object.entries(claim.jobs).map(([name, jobs]) => [name, jobs.map(runJob)]));
    const { holds, numbers } = claim.judge(runs);
    expect(holds, `${claim.says} ${numbers}`).toBe(true);
  });
});
