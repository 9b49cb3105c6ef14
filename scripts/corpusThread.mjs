// @ts-check
/** A thread of scripts/corpus.mjs: runs the cases of one kind and half. */
import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";

/** @type {{ bundle: string, job: import("../test/corpus/main").Wanted }} */
const { bundle, job } = workerData;
/** @type {typeof import("../test/corpus/main")} */
const { runCases } = createRequire(import.meta.url)(bundle);
runCases(job, (judged) => parentPort?.postMessage(judged));
