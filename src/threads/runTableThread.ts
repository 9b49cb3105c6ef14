import * as l10n from "@vscode/l10n";
import type { TableCounts } from "../tables/byteSource";
import type { LookedAtTable, TableJob, TableReply } from "./tableMessages";
import { startThread } from "./carriers/threadCarrier";

/** A table that a thread works on. */
export interface TableWork<T> {
  /** @throws Error in words for a person */
  readonly result: Promise<T>;
  /** Ends the thread. Nothing more comes from it. */
  cancel(): void;
}

/**
 * Looks at a table on a thread of its own.
 * @param scriptPath dist/table.js
 */
export function lookAtTable(
  scriptPath: string,
  job: Omit<Extract<TableJob, { readonly kind: "look" }>, "kind">,
): Promise<LookedAtTable> {
  return runTableThread(scriptPath, { kind: "look", ...job }, (reply) => (reply.type === "looked" ? reply : null))
    .result;
}

/**
 * Counts a table on a thread of its own.
 * @param scriptPath dist/table.js
 * @param onProgress how far it is, in words for a person
 */
export function countTableOnThread(
  scriptPath: string,
  job: Omit<Extract<TableJob, { readonly kind: "count" }>, "kind">,
  onProgress: (message: string) => void,
): TableWork<TableCounts> {
  return runTableThread(scriptPath, { kind: "count", ...job }, (reply) => {
    if (reply.type === "progress") onProgress(reply.message);
    return reply.type === "counted" ? reply.counts : null;
  });
}

/** @param resultOf null of a reply that is not the last one */
function runTableThread<T>(scriptPath: string, job: TableJob, resultOf: (reply: TableReply) => T | null): TableWork<T> {
  let isCancelled = false;
  let end = (): void => undefined;
  const result = new Promise<T>((resolve, reject) => {
    const thread = startThread<never, TableReply>(
      scriptPath,
      { name: "RNN Lab table", data: job, isLimited: false },
      {
        onReport: (reply) => {
          if (isCancelled) return;
          if (reply.type === "failed") return reject(new Error(reply.message));
          const found = resultOf(reply);
          if (found !== null) resolve(found);
        },
        // After a reply it says nothing new.
        onEnd: ({ error, code }) => {
          if (!isCancelled)
            reject(error ?? new Error(l10n.t("The table worker exited unexpectedly with code {0}.", code)));
        },
      },
    );
    end = () => void thread.terminate();
  });
  return {
    result,
    cancel() {
      isCancelled = true;
      end();
    },
  };
}
