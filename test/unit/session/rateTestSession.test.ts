import { afterEach, describe, expect, test } from "vitest";
import { IN_TRIAL } from "../../../src/config/facts/memoryEstimate";
import { trainingBytes } from "../../../src/config/facts/trainingBytes";
import { MemoryBudget } from "../../../src/lib/memoryBudget";
import { RateTestSession } from "../../../src/session/rateTestSession";
import { experimentOf } from "../core/support";

const experimentWith = (training: object, task: object = {}) =>
  experimentOf({
    task: { kind: "adding", sequences: 60, length: 8, ...task },
    model: { cell: "rnn", hiddenSize: 4 },
    training: { optimizer: { kind: "adam", learningRate: 0.01 }, ...training },
  });
const ADDING = experimentWith({});
const ONE = trainingBytes(ADDING, undefined, IN_TRIAL);
const sessions: RateTestSession[] = [];

/** One that waits for memory, so that it has no thread. */
function waiting(changes: { count: number } = { count: 0 }): { session: RateTestSession; budget: MemoryBudget } {
  const budget = new MemoryBudget(1.5 * ONE);
  budget.reserve(ONE, () => undefined);
  const session = new RateTestSession("", () => void changes.count++, budget);
  sessions.push(session);
  return { session, budget };
}

afterEach(() => sessions.splice(0).forEach((session) => session.dispose()));

describe("a learning-rate range test", () => {
  test("waits for its memory, with a word, and can be stopped meanwhile", () => {
    const { session, budget } = waiting();
    session.start({ experiment: ADDING });
    expect(session.shown).toMatchObject({
      phase: "starting",
      message: expect.stringMatching(/^Waiting for memory/),
      inFile: 0.01,
      from: 1e-7,
      to: 10,
    });
    expect([session.isRunning, budget.queued]).toEqual([true, 1]);
    session.stop();
    expect([session.shown?.phase, session.shown?.message, session.isRunning, budget.queued]).toEqual([
      "stopped",
      null,
      false,
      0,
    ]);
  });

  test("stays while the file has another rate, schedule or length of training, and ends with another task", () => {
    const changes = { count: 0 };
    const { session } = waiting(changes);
    session.start({ experiment: ADDING });
    session.follow(experimentWith({ optimizer: { kind: "adam", learningRate: 0.3 } }));
    expect([session.shown?.phase, session.shown?.inFile]).toEqual(["starting", 0.3]);
    session.follow(experimentWith({ schedule: { kind: "cosine" }, iterations: 7, stop: { patience: 3 } }));
    // A text that is no experiment for a moment.
    session.follow(null);
    expect([session.shown?.phase, session.shown?.inFile]).toEqual(["starting", null]);
    expect(changes.count).toBe(4);
    session.follow(experimentWith({}, { length: 9 }));
    expect([session.shown, session.isRunning]).toEqual([null, false]);
    session.follow(ADDING);
    expect(session.shown?.phase).toBe("stopped");
    for (const other of [
      experimentWith({ batchSize: 7 }),
      experimentWith({ optimizer: { kind: "sgd", learningRate: 0.01 } }),
      experimentWith({ optimizer: { kind: "rprop" } }),
    ]) {
      session.follow(other);
      expect(session.shown).toBeNull();
    }
  });

  test("is refused for an optimizer without a learning rate, and the one before it stays", () => {
    const { session } = waiting();
    session.start({ experiment: ADDING });
    expect(() => session.start({ experiment: experimentWith({ optimizer: { kind: "rprop" } }) })).toThrow(
      /^The optimizer rprop has no learning rate to test/,
    );
    expect(session.shown?.phase).toBe("starting");
  });
});
