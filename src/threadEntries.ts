/**
 * dist/threads.js: the threads that compute networks, in one bundle, because most of their code is the same. The script
 * of a thread, such as dist/race.js, starts its own.
 */
const THREADS = {
  worker: () => import("./worker/main"),
  race: () => import("./worker/raceThread"),
  fixes: () => import("./worker/fixThread"),
  export: () => import("./worker/export/exportThread"),
  predict: () => import("./worker/prediction/predictThread"),
};

/** @param thread the name of its script in dist, without ".js" */
export function run(thread: keyof typeof THREADS): Promise<unknown> {
  return THREADS[thread]();
}
