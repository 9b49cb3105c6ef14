import { Worker } from "node:worker_threads";
import * as l10n from "@vscode/l10n";
import type { LookedAtTable, TableJob, TableReply } from "./tableMessages";
import { threadError } from "./threadError";

/**
 * Looks at a table on a thread of its own.
 * @param scriptPath dist/table.js
 * @throws Error in words for a person
 */
export function runTableThread(scriptPath: string, job: TableJob): Promise<LookedAtTable> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(scriptPath, { name: "RNN Lab table", workerData: job });
    thread.on("message", (reply: TableReply) =>
      reply.type === "done" ? resolve(reply) : reject(new Error(reply.message)),
    );
    thread.on("error", (error) => reject(threadError(error)));
    // After one of the above it says nothing new.
    thread.on("exit", (code) => reject(new Error(l10n.t("The table worker exited unexpectedly with code {0}.", code))));
  });
}
