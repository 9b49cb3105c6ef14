import { inject } from "vitest";

/** The thread's script, see ../workerBundle.ts; the tests train in real threads. */
export const WORKER_PATH = inject("workerPath");
