import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Answer } from "../../../../src/shared/wire/questions";
import type { WebviewMessage } from "../../../../src/shared/wire/protocol";
import { QueryClient, type QueryOutcome } from "../../../../webview/wire/queryClient";

const weights = (iteration: number) => ({ kind: "weights", iteration }) as const;
const answerTo = (iteration: number): Answer => ({ kind: "weights", iteration, values: new Float64Array(0) });

function openClient() {
  const sent: Extract<WebviewMessage, { type: "ask" }>[] = [];
  const outcomes: QueryOutcome[] = [];
  const client = new QueryClient(
    (message) => message.type === "ask" && sent.push(message),
    (_kind, outcome) => outcomes.push(outcome),
  );
  /** The host answers the question that was sent as number `index`. */
  const answer = async (index: number): Promise<void> => {
    const { requestId, question } = sent[index]!;
    client.receive({ type: "answer", requestId, answer: answerTo(question.iteration) });
    await Promise.resolve();
  };
  return { client, sent, outcomes, answer, asked: () => sent.map(({ question }) => question.iteration) };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("the queries of the views", () => {
  test("are sent once, however often they are made", async () => {
    const { client, answer, asked, outcomes } = openClient();
    for (let i = 0; i < 5; i++) client.ask(weights(3), "run 1");
    expect(asked()).toEqual([3]);
    await answer(0);
    expect(outcomes).toEqual([{ answer: answerTo(3) }]);
    client.ask(weights(3), "run 1");
    expect(asked()).toEqual([3]);
    client.ask(weights(3), "run 2");
    expect(asked()).toEqual([3, 3]);
  });

  test("of those that are made while one is under way only the newest follows", async () => {
    const { client, answer, asked } = openClient();
    for (const iteration of [1, 2, 3, 4]) client.ask(weights(iteration), "run 1");
    expect(asked()).toEqual([1]);
    await answer(0);
    expect(asked()).toEqual([1, 4]);
  });

  test("about another run do not wait for the answer about the one before, which is ignored", async () => {
    const { client, answer, asked, outcomes } = openClient();
    client.ask(weights(7), "run 1");
    client.ask(weights(0), "run 2");
    expect(asked()).toEqual([7, 0]);
    await answer(0);
    expect(outcomes).toEqual([]);
    await answer(1);
    expect(outcomes).toEqual([{ answer: answerTo(0) }]);
  });

  test("that fail say why, and are not sent again", async () => {
    const { client, sent, outcomes, asked } = openClient();
    client.ask(weights(1), "run 1");
    client.receive({ type: "answerFailed", requestId: sent[0]!.requestId, message: "The run has ended." });
    await Promise.resolve();
    client.ask(weights(1), "run 1");
    expect([asked(), outcomes]).toEqual([[1], [{ failure: "The run has ended." }]]);
  });

  test("whose answer is lost are sent again when they are made again", async () => {
    const { client, answer, asked, outcomes } = openClient();
    client.ask(weights(1), "run 1");
    await vi.advanceTimersByTimeAsync(20_000);
    expect(outcomes).toEqual([]);
    client.ask(weights(1), "run 1");
    expect(asked()).toEqual([1, 1]);
    await answer(0);
    expect(outcomes).toEqual([]);
    await answer(1);
    expect(outcomes).toEqual([{ answer: answerTo(1) }]);
  });

  test("an answer that nobody waits for is ignored", async () => {
    const { client, outcomes } = openClient();
    client.receive({ type: "answer", requestId: 7, answer: answerTo(1) });
    await Promise.resolve();
    expect(outcomes).toEqual([]);
  });
});
