// @ts-check
/** What searches find on the trainings of searchTasks.ts, on all cores. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";

/** @typedef {import("./taskSearch").TaskJob} TaskJob */
/** @typedef {{ function: string, search: TaskJob["search"], parallel: 1, regrets: number[] }} TaskRegrets */

/**
 * @param {object} options
 * @param {string} options.bundle of taskSearch.ts
 * @param {readonly string[]} options.tasks
 * @param {number} options.seeds
 * @param {number} options.trials of each search
 * @param {string | null} options.python with optuna; null: only our searches
 * @returns {Promise<TaskRegrets[]>} above the lowest value that any of these searches found of the task
 */
export async function measureTasks({ bundle, tasks, seeds, trials, python }) {
  /** @type {TaskJob["search"][]} */
  const searches = python === null ? ["tpe", "random"] : ["tpe", "optuna", "random"];
  const jobs = tasks.flatMap((task) =>
    searches.flatMap((search) => Array.from({ length: seeds }, (_, seed) => ({ task, search, seed }))),
  );
  const waiting = [...jobs];
  /** @type {Map<TaskJob, number>} */
  const lowest = new Map();
  const threads = Array.from(
    { length: Math.min(availableParallelism(), jobs.length) },
    () => new Worker(join(import.meta.dirname, "taskSearchThread.mjs"), { workerData: { bundle, trials, python } }),
  );
  await Promise.all(
    threads.map(async (thread) => {
      for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) lowest.set(job, await ask(thread, job));
      thread.postMessage(null);
    }),
  );
  return tasks.flatMap((task) => {
    const values = jobs.filter((job) => job.task === task).map((job) => lowest.get(job) ?? NaN);
    return searches.map((search, s) => ({
      function: task,
      search,
      parallel: /** @type {const} */ (1),
      regrets: values.slice(s * seeds, (s + 1) * seeds).map((value) => value - Math.min(...values)),
    }));
  });
}

/** @param {Worker} thread @param {TaskJob} job @returns {Promise<number>} */
function ask(thread, job) {
  return new Promise((resolve, reject) => {
    thread.once("error", reject);
    thread.once("message", (answer) => {
      thread.off("error", reject);
      resolve(answer);
    });
    thread.postMessage(job);
  });
}
