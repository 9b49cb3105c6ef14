// @ts-check
/** A thread of scripts/predictions.mjs: runs networks until it is ended. */
import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";

/** @type {typeof import("../test/predictions/main")} */
const { runNetwork } = createRequire(import.meta.url)(workerData.bundle);
parentPort?.on("message", (/** @type {number} */ i) => parentPort?.postMessage(runNetwork(i)));
