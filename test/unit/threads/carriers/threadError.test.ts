import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { threadError } from "../../../../src/threads/carriers/threadError";

test("a thread that ran out of memory says so in words, and keeps what Node said", async () => {
  const thread = new Worker("const kept = []; for (;;) kept.push({ at: kept.length });", {
    eval: true,
    resourceLimits: { maxOldGenerationSizeMb: 8 },
  });
  const [error] = (await once(thread, "error").catch((reason: unknown) => [reason])) as [Error];
  expect(threadError(error).message).toMatch(/^The thread ran out of memory for text and objects\. Use a smaller/);
  expect(threadError(error).cause).toBe(error);
});

test("other errors stay what they are", () => {
  const error = new Error("a column is missing");
  expect(threadError(error)).toBe(error);
  expect(threadError("text").message).toBe("text");
});
