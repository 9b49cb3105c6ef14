import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { MemoryBudget, type Reservation } from "../../../src/lib/memoryBudget";

function grants(): { readonly names: string[]; readonly note: (name: string) => () => void } {
  const names: string[] = [];
  return { names, note: (name) => () => void names.push(name) };
}

describe("a memory budget", () => {
  it("grants at once what fits, and the rest in the order in which it was asked for", () => {
    const budget = new MemoryBudget(100);
    const { names, note } = grants();
    const first = budget.reserve(60, note("first"));
    const second = budget.reserve(60, note("second"));
    // It would fit, but large work is not passed by small work.
    const third = budget.reserve(10, note("third"));
    expect(names).toEqual(["first"]);
    expect([budget.used, budget.queued, second.isGranted]).toEqual([60, 2, false]);
    first.dispose();
    expect(names).toEqual(["first", "second", "third"]);
    second.dispose();
    third.dispose();
    expect([budget.used, budget.queued]).toEqual([0, 0]);
  });

  it("gives what is no longer wanted to the next", () => {
    const budget = new MemoryBudget(100);
    const { names, note } = grants();
    const first = budget.reserve(100, note("first"));
    const second = budget.reserve(100, note("second"));
    budget.reserve(50, note("third"));
    second.dispose();
    first.dispose();
    first.dispose();
    expect(names).toEqual(["first", "third"]);
    expect(budget.used).toBe(50);
  });

  it("takes back what is lent, the longest lent first, and only as much as is needed", () => {
    const budget = new MemoryBudget(100);
    const { names, note } = grants();
    const given: string[] = [];
    const lend = (name: string, bytes: number): void => {
      const reservation = budget.reserve(bytes, note(name));
      reservation.lend(() => {
        given.push(name);
        reservation.dispose();
      });
    };
    lend("old", 40);
    lend("new", 40);
    budget.reserve(50, note("next"));
    expect(given).toEqual(["old"]);
    expect(names).toEqual(["old", "new", "next"]);
    expect(budget.used).toBe(90);
  });

  it("leaves what is lent where taking it back would not be enough", () => {
    const budget = new MemoryBudget(100);
    const { names, note } = grants();
    budget.reserve(60, note("busy"));
    const idle = budget.reserve(30, note("idle"));
    idle.lend(() => expect.unreachable());
    budget.reserve(50, note("large"));
    expect(names).toEqual(["busy", "idle"]);
  });

  it("lets work that needs more than all of it run alone", () => {
    const budget = new MemoryBudget(100);
    const { names, note } = grants();
    const small = budget.reserve(10, note("small"));
    budget.reserve(150, note("huge"));
    expect(names).toEqual(["small"]);
    small.dispose();
    expect(names).toEqual(["small", "huge"]);
  });

  it("tries without waiting, and admits more when the limit is raised", () => {
    const budget = new MemoryBudget(100);
    const { names, note } = grants();
    expect(budget.tryReserve(60)?.isGranted).toBe(true);
    expect(budget.tryReserve(60)).toBeNull();
    budget.reserve(60, note("waits"));
    expect(names).toEqual([]);
    budget.limit = 200;
    expect(names).toEqual(["waits"]);
  });

  it("never sets aside more than there is, and forgets nothing, whatever comes", () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant("reserve" as const), bytes: fc.integer({ min: 1, max: 100 }) }),
      fc.record({ kind: fc.constant("dispose" as const), at: fc.nat() }),
      fc.record({ kind: fc.constant("lend" as const), at: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const budget = new MemoryBudget(100);
        const held: Reservation[] = [];
        let granted = 0;
        let asked = 0;
        for (const act of actions) {
          if (act.kind === "reserve") {
            asked++;
            held.push(budget.reserve(act.bytes, () => granted++));
          } else if (held.length > 0) {
            const reservation = held[act.at % held.length]!;
            if (act.kind === "dispose") held.splice(held.indexOf(reservation), 1);
            if (act.kind === "dispose") reservation.dispose();
            else
              reservation.lend(() => {
                held.splice(held.indexOf(reservation), 1);
                reservation.dispose();
              });
          }
          expect(budget.used).toBeLessThanOrEqual(100);
          expect(budget.used).toBe(
            held.filter(({ isGranted }) => isGranted).reduce((sum, { bytes }) => sum + bytes, 0),
          );
        }
        for (const reservation of [...held]) reservation.dispose();
        expect([budget.used, budget.queued]).toEqual([0, 0]);
        expect(granted).toBeLessThanOrEqual(asked);
      }),
    );
  });
});
