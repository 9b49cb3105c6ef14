// @ts-check
/** A thread of bench:search: whole searches on small trainings, one after the other, ours or Optuna's. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parentPort, workerData } from "node:worker_threads";

/** @type {{ bundle: string, trials: number, python: string | null }} */
const { bundle, trials, python } = workerData;
/** @type {typeof import("./taskSearch")} */
const { TaskSearch } = await import(`file://${bundle}`);
const optuna = python === null ? null : startOptuna(python);

parentPort?.on("message", async (/** @type {import("./taskSearch").TaskJob | null} */ job) => {
  if (job === null) {
    optuna?.end();
    return parentPort?.close();
  }
  const search = new TaskSearch(job.task, trials);
  parentPort?.postMessage(await lowestOf(search, job));
});

/**
 * @param {import("./taskSearch").TaskSearch} task
 * @param {import("./taskSearch").TaskJob} job
 * @returns {number | Promise<number>}
 */
function lowestOf(task, { search, seed }) {
  if (search === "random") return task.random(seed);
  if (search === "tpe") return task.tpe(seed);
  if (optuna === null) throw new Error("There is no Optuna.");
  optuna.send({ study: { seed, parameters: task.parameters } });
  return task.other(optuna);
}

/** @param {string} program */
function startOptuna(program) {
  const child = spawn(program, [join(import.meta.dirname, "optuna_tasks.py")], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const started = lines.next();
  const send = (/** @type {object} */ message) => child.stdin.write(`${JSON.stringify(message)}\n`);
  return {
    send,
    /** @returns {Promise<(number | null)[]>} */
    ask: async () => {
      await started;
      send({ ask: true });
      const { value, done } = await lines.next();
      if (done === true) throw new Error("Optuna has ended.");
      return JSON.parse(value);
    },
    /** @param {number} value */
    tell: (value) => void send({ tell: value }),
    end: () => child.stdin.end(),
  };
}
