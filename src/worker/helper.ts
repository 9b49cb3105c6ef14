/** A further thread for the arithmetic: works for one network after the other, as the training thread sends them. */
import { parentPort } from "node:worker_threads";
import { runHelper } from "../kernel/helperLoop";
import type { HelperSetup } from "../kernel/teamControl";

const port = parentPort;
if (port === null) {
  throw new Error("dist/helper.js must be started as a worker thread.");
}
port.on("message", (setup: HelperSetup) => runHelper(setup));
