/** Looks at one table, or counts it, away from the thread of the editor. */
import "./language";
import { isUtf8 } from "node:buffer";
import { parentPort, workerData } from "node:worker_threads";
import * as l10n from "@vscode/l10n";
import { countTable } from "../files/openTable";
import { readDataStart } from "../files/readExperimentFiles";
import { describeError } from "../lib/outsideText";
import { memorySource } from "../tables/byteSource";
import { describeTable } from "../tables/describeTable";
import type { TableJob, TableReply } from "../threads/tableMessages";
import { readingProgress } from "./readingProgress";

const port = parentPort;
if (port === null) {
  throw new Error("dist/table.js must be started as a worker thread.");
}

/** Of a longer table the first part is looked at: the whole of it would take seconds. */
const MAX_BYTES = 16 * 2 ** 20;

async function work(job: TableJob): Promise<TableReply> {
  return job.kind === "look" ? look(job) : count(job);
}

async function look({ folder, file, keys }: Extract<TableJob, { readonly kind: "look" }>): Promise<TableReply> {
  const { bytes, whole, size } = await readDataStart(folder, file, MAX_BYTES);
  // The last line may be cut off, and the last character with it.
  const read = whole ? bytes : bytes.subarray(0, Math.max(bytes.lastIndexOf(0x0a), bytes.lastIndexOf(0x0d)) + 1);
  if (!isUtf8(read)) throw new Error(l10n.t("The file is not UTF-8 text. Save it as UTF-8."));
  const overview = describeTable(memorySource(read), keys, whole);
  return { type: "looked", overview, bytes: size, readBytes: read.length };
}

function count({ table, experiment }: Extract<TableJob, { readonly kind: "count" }>): TableReply {
  const watch = readingProgress(table, (message) => reply({ type: "progress", message }));
  return { type: "counted", counts: countTable(table, experiment, watch).counts };
}

function reply(message: TableReply): void {
  port?.postMessage(message);
}

work(workerData as TableJob).then(reply, (error: unknown) => reply({ type: "failed", message: describeError(error) }));
