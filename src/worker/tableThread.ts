/** Looks at one table, away from the thread of the editor. */
import "./language";
import { isUtf8 } from "node:buffer";
import { parentPort, workerData } from "node:worker_threads";
import * as l10n from "@vscode/l10n";
import { readDataStart } from "../files/readExperimentFiles";
import { describeError } from "../lib/outsideText";
import { memorySource } from "../tables/byteSource";
import { describeTable } from "../tables/describeTable";
import type { LookedAtTable, TableJob, TableReply } from "../threads/tableMessages";

const port = parentPort;
if (port === null) {
  throw new Error("dist/table.js must be started as a worker thread.");
}

/** Of a longer table the first part is looked at: the whole of it would take seconds. */
const MAX_BYTES = 32 * 2 ** 20;

async function look({ folder, file, keys }: TableJob): Promise<LookedAtTable> {
  const { bytes, whole, size } = await readDataStart(folder, file, MAX_BYTES);
  // The last line may be cut off, and the last character with it.
  const read = whole ? bytes : bytes.subarray(0, Math.max(bytes.lastIndexOf(0x0a), bytes.lastIndexOf(0x0d)) + 1);
  if (!isUtf8(read)) throw new Error(l10n.t("The file is not UTF-8 text. Save it as UTF-8."));
  return { overview: describeTable(memorySource(read), keys, whole), bytes: size, readBytes: read.length };
}

function reply(message: TableReply): void {
  port?.postMessage(message);
}

look(workerData as TableJob).then(
  (found) => reply({ type: "done", ...found }),
  (error: unknown) => reply({ type: "failed", message: describeError(error) }),
);
