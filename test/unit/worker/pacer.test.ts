import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PACES } from "../../../src/shared/wire/protocol";
import { Pacer } from "../../../src/worker/pacer";

describe("Pacer", () => {
  it("lets a run at full speed take any number of steps without waiting", () => {
    const pacer = new Pacer(0, 0);
    expect([pacer.stepsDue(0), pacer.waitMs(0)]).toEqual([Infinity, 0]);
  });

  it("takes the first step at once and each later one when its time has come", () => {
    const pacer = new Pacer(10, 1000);
    expect(pacer.stepsDue(1000)).toBe(1);
    pacer.took(1);
    expect([pacer.stepsDue(1050), pacer.waitMs(1050)]).toEqual([0, 50]);
    expect(pacer.stepsDue(1100)).toBe(1);
  });

  it("takes as many steps a second as the pace says, whenever it is asked", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PACES.filter((pace) => pace > 0)),
        fc.array(fc.double({ min: 0, max: 90, noNaN: true }), { minLength: 20, maxLength: 200 }),
        (pace, gaps) => {
          const pacer = new Pacer(pace, 0);
          let now = 0;
          let taken = 0;
          for (const gap of gaps) {
            now += gap;
            const due = pacer.stepsDue(now);
            pacer.took(due);
            taken += due;
          }
          expect(Math.abs(taken - (now / 1000) * pace)).toBeLessThanOrEqual(2);
        },
      ),
    );
  });

  it("does not rush after it was held up", () => {
    const pacer = new Pacer(1000, 0);
    expect(pacer.stepsDue(60_000)).toBe(100);
    pacer.took(100);
    expect(pacer.stepsDue(60_000)).toBe(0);
    expect(pacer.stepsDue(60_010)).toBe(10);
  });

  it("counts anew after a change of pace and after a pause", () => {
    const pacer = new Pacer(10, 0);
    pacer.took(1);
    pacer.setPace(1000, 50);
    expect(pacer.stepsDue(50)).toBe(1);
    pacer.took(1);
    pacer.restart(9000);
    expect(pacer.stepsDue(9000)).toBe(1);
  });
});
