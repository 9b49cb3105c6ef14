// @ts-check
/** A thread of scripts/claims.mjs: trains the jobs that it is sent, one after the other. */
import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";

/** @type {typeof import("../test/claims/runJob")} */
const { runJob } = createRequire(import.meta.url)(workerData.bundle);
parentPort?.on("message", (job) => parentPort?.postMessage(runJob(job)));
