import { describe, expect, test } from "vitest";
import type { WebviewMessage } from "../../../../src/shared/wire/protocol";
import { QueryClient } from "../../../../webview/wire/queryClient";

function openDesk() {
  const sent: Extract<WebviewMessage, { type: "ask" }>[] = [];
  let now = 0;
  const desk = new QueryClient(
    (message) => message.type === "ask" && sent.push(message),
    () => now,
  );
  return { desk, sent, wait: (ms: number) => (now += ms) };
}

const weights = (iteration: number) => ({ kind: "weights", iteration }) as const;

describe("the desk of questions", () => {
  test("asks a question once, however often it is put", () => {
    const { desk, sent } = openDesk();
    for (let i = 0; i < 5; i++) desk.ask(weights(3), "run 1");
    expect(sent.map(({ question }) => question)).toEqual([weights(3)]);
    expect(desk.settle(sent[0]!.requestId)).toBe("weights");
    desk.ask(weights(3), "run 1");
    expect(sent).toHaveLength(1);
    desk.ask(weights(3), "run 2");
    expect(sent).toHaveLength(2);
  });

  test("of what is asked while one is under way only the newest follows", () => {
    const { desk, sent } = openDesk();
    for (const iteration of [1, 2, 3, 4]) desk.ask(weights(iteration), "run 1");
    expect(sent).toHaveLength(1);
    desk.settle(sent[0]!.requestId);
    expect(sent.map(({ question }) => question)).toEqual([weights(1), weights(4)]);
  });

  test("an answer that nobody waits for is none, and one that is lost is asked for again", () => {
    const { desk, sent, wait } = openDesk();
    expect(desk.settle(7)).toBeNull();
    desk.ask(weights(1), "run 1");
    wait(20_000);
    desk.ask(weights(1), "run 1");
    expect(sent).toHaveLength(2);
    expect(desk.settle(sent[0]!.requestId)).toBeNull();
    expect(desk.settle(sent[1]!.requestId)).toBe("weights");
  });
});
