/** The thread of a search that learns. */
import { parentPort, workerData } from "node:worker_threads";
import { Proposer } from "../sweepPlan/searchEvents";
import type { SearchQuestion, SearchTarget } from "../threads/searchMessages";

const proposer = new Proposer((workerData as SearchTarget).sweep);

parentPort?.on("message", ({ combination, events }: SearchQuestion) => {
  proposer.apply(events);
  parentPort?.postMessage(proposer.propose(combination));
});
