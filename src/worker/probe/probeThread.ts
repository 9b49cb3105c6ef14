/** Follows the file of one probe, away from the thread of the editor. */
import "../language";
import { realpathSync } from "node:fs";
import { basename, dirname } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { describeError } from "../../lib/outsideText";
import { FolderWatch } from "../../runs/folderWatch";
import { LeaseWatch } from "../../runs/leaseWatch";
import { memoryOf } from "../../shared/trace/traceBuffer";
import type { ProbeJob, ProbeReport, ProbeRequest } from "../../threads/probeMessages";
import { ProbeFollower } from "./probeFollower";

/** No watcher sees what another machine writes. */
const LOOK_MS = 1000;
/** After the folder has told of a change; a burst of them is one look. */
const HINT_MS = 50;

const port = parentPort;
if (port === null) throw new Error("dist/probe.js must be started as a worker thread.");

const { path } = workerData as ProbeJob;
const post = (report: ProbeReport): void => port.postMessage(report, memoryIn(report));
const follower = new ProbeFollower(path, { post, now: () => performance.now() });
const leases = new LeaseWatch();
let cancelNext: (() => void) | null = null;
let isLooking = false;
let hint: NodeJS.Timeout | null = null;

/** What may go over instead of being copied. */
function memoryIn(report: ProbeReport): ArrayBuffer[] {
  if (report.type === "whole")
    return [...memoryOf(report.rows), report.scalars.points.buffer, report.scalars.means.buffer];
  if (report.type !== "more") return [];
  return [...memoryOf(report.rows), ...(report.scalars.kind === "rows" ? memoryOf(report.scalars.rows) : [])];
}

function advance(): void {
  cancelNext = null;
  try {
    const wait = follower.work();
    if (wait !== null) schedule(wait);
  } catch (error) {
    post({ type: "refused", message: describeError(error) });
    port!.close();
    process.exit(0);
  }
}

/** setImmediate lets the event loop deliver messages first. */
function schedule(waitMs: number): void {
  cancelNext?.();
  const timer = waitMs > 0 ? setTimeout(advance, waitMs) : null;
  const immediate = waitMs > 0 ? null : setImmediate(advance);
  cancelNext = () => {
    if (timer !== null) clearTimeout(timer);
    if (immediate !== null) clearImmediate(immediate);
  };
}

async function look(): Promise<void> {
  if (isLooking) return;
  isLooking = true;
  try {
    follower.look(await leases.look(path));
  } finally {
    isLooking = false;
  }
  schedule(0);
}

/** The folder, never the file; behind a link no change is told. */
function watchFolder(): FolderWatch {
  let folder = dirname(path);
  try {
    folder = realpathSync(folder);
  } catch {
    // It is looked for under its name.
  }
  return new FolderWatch(
    folder,
    (name) => {
      if (name !== null && name !== basename(path)) return;
      hint ??= setTimeout(() => {
        hint = null;
        void look();
      }, HINT_MS);
    },
    () => void look(),
  );
}

port.on("message", (request: ProbeRequest) => {
  if (request.type === "credit") follower.credit();
  else follower.ask(request.requestId, request.question);
  schedule(0);
});
watchFolder().start();
setInterval(() => void look(), LOOK_MS);
void look();
