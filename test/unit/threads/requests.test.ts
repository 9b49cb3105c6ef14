import { MessageChannel, Worker, type MessagePort } from "node:worker_threads";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { RequestTimeout, Requests, replyTo, type Reply } from "../../../src/lib/requests";

interface Question {
  readonly requestId: number;
  readonly wanted: "double" | "later" | "fail" | "reject" | "function" | "nothing";
  readonly value: number;
}

const ports: MessagePort[] = [];
const threads: Worker[] = [];
afterEach(async () => {
  for (const port of ports.splice(0)) port.close();
  await Promise.all(threads.splice(0).map((thread) => thread.terminate()));
});

/** Two ends of a real channel: one that asks, one that is asked. */
function connect(): {
  readonly requests: Requests;
  ask(wanted: Question["wanted"], value: number): Promise<unknown>;
  readonly here: MessagePort;
} {
  const { port1: here, port2: there } = new MessageChannel();
  ports.push(here, there);
  there.on("message", ({ requestId, wanted, value }: Question) => {
    if (wanted === "nothing") return;
    const work = {
      double: () => value * 2,
      later: () => new Promise<number>((resolve) => setImmediate(() => resolve(value * 2))),
      reject: () => Promise.reject(new Error(`not ${value} later`)),
      function: () => () => value,
      fail: () => {
        throw new Error(`not ${value}`);
      },
    }[wanted] as () => unknown;
    replyTo(requestId, work, (reply) => there.postMessage(reply));
  });
  const requests = new Requests();
  here.on("message", (reply: Reply) => requests.receive(reply));
  const ask = (wanted: Question["wanted"], value: number): Promise<unknown> =>
    requests.ask((requestId) => here.postMessage({ requestId, wanted, value } satisfies Question));
  return { requests, ask, here };
}

describe("requests over a channel", () => {
  test("get the reply to each, whatever the order, or the words of the error", async () => {
    const { requests, ask } = connect();
    const replies = await Promise.allSettled([ask("later", 1), ask("double", 2), ask("fail", 3), ask("reject", 4)]);
    expect(replies.map((reply) => (reply.status === "fulfilled" ? reply.value : String(reply.reason)))).toEqual([
      2,
      4,
      "Error: not 3",
      "Error: not 4 later",
    ]);
    expect(requests.size).toBe(0);
  });

  test("a result that cannot be sent fails its request, and no other", async () => {
    const { ask } = connect();
    await expect(ask("function", 1)).rejects.toThrow(/could not be cloned/);
    expect(await ask("double", 2)).toBe(4);
  });

  test("a request that cannot be sent fails", async () => {
    const { requests, here } = connect();
    await expect(requests.ask(() => here.postMessage(() => 1))).rejects.toThrow(/could not be cloned/);
    expect(requests.size).toBe(0);
  });

  test("a request without a reply in time fails, and its reply is ignored when it comes", async () => {
    const { requests } = connect();
    let id = 0;
    const late = requests.ask((requestId) => (id = requestId), { timeout: { ms: 1, message: "too late" } });
    await expect(late).rejects.toThrow(RequestTimeout);
    expect([requests.resolve(id, 1), requests.size]).toEqual([false, 0]);
  });

  test("a request that is canceled fails with the reason, before and after it was sent", async () => {
    const { requests } = connect();
    const controller = new AbortController();
    const sent: number[] = [];
    const asked = requests.ask((requestId) => sent.push(requestId), { signal: controller.signal });
    controller.abort(new Error("another run"));
    await expect(asked).rejects.toThrow("another run");
    const never = requests.ask((requestId) => sent.push(requestId), { signal: controller.signal });
    await expect(never).rejects.toThrow("another run");
    expect([sent, requests.size]).toEqual([[1], 0]);
  });

  test("all fail when the other end is gone, and go on with another one; none is sent any more once it is closed", async () => {
    const { requests, ask } = connect();
    const lost = [ask("nothing", 1), ask("nothing", 2)];
    requests.abandon(new Error("gone"));
    for (const request of lost) await expect(request).rejects.toThrow("gone");
    expect(await ask("double", 3)).toBe(6);
    const open = ask("nothing", 4);
    requests.close(new Error("closed"));
    await expect(open).rejects.toThrow("closed");
    let sent = 0;
    await expect(requests.ask(() => sent++)).rejects.toThrow("closed");
    expect(sent).toBe(0);
  });

  test("a thread replies, and a thread that dies settles what it was asked", async () => {
    const thread = new Worker(
      `const { parentPort } = require("node:worker_threads");
       parentPort.on("message", ({ requestId, value }) => {
         if (value < 0) process.exit(3);
         parentPort.postMessage({ type: "reply", requestId, result: value * 2 });
       });`,
      { eval: true },
    );
    threads.push(thread);
    const requests = new Requests();
    thread.on("message", (reply: Reply) => requests.receive(reply));
    thread.on("exit", (code) => requests.close(new Error(`exit code ${code}`)));
    const ask = (value: number): Promise<number> =>
      requests.ask<number>((requestId) => thread.postMessage({ requestId, value }));
    expect(await Promise.all([ask(1), ask(2)])).toEqual([2, 4]);
    await expect(ask(-1)).rejects.toThrow("exit code 3");
    await expect(ask(1)).rejects.toThrow("exit code 3");
  });

  test("each is settled exactly once, whatever comes in whichever order", async () => {
    const step = fc.record({
      kind: fc.constantFrom("ask", "resolve", "reject", "abandon", "cancel"),
      id: fc.integer({ min: 1, max: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const requests = new Requests();
        const settled: number[] = [];
        const cancel: AbortController[] = [];
        let accepted = 0;
        for (const { kind, id } of steps) {
          if (kind === "ask") {
            const controller = new AbortController();
            const number = cancel.push(controller);
            const note = (): number => settled.push(number);
            requests.ask(() => undefined, { signal: controller.signal }).then(note, note);
          } else if (kind === "resolve") accepted += Number(requests.resolve(id, id));
          else if (kind === "reject") accepted += Number(requests.reject(id, new Error("no")));
          else if (kind === "cancel") cancel[id]?.abort();
          else requests.abandon(new Error("gone"));
        }
        const open = requests.size;
        requests.close(new Error("closed"));
        await Promise.resolve();
        await Promise.resolve();
        expect(settled.toSorted((a, b) => a - b)).toEqual(cancel.map((_, index) => index + 1));
        expect(accepted + open).toBeLessThanOrEqual(cancel.length);
        expect(requests.size).toBe(0);
      }),
    );
  });
});
