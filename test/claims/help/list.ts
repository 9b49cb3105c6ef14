/** What help texts and captions say about training. */
import type { Claim } from "../claim";
import { CELL_CLAIMS } from "./cells";
import { INITIALIZATION_CLAIMS } from "./initialization";
import { OPTIMIZER_CLAIMS } from "./optimizers";
import { SCHEDULE_CLAIMS } from "./schedules";
import { START_CLAIMS } from "./starts";
import { TASK_CLAIMS } from "./tasks";
import { THRESHOLD_CLAIMS } from "./thresholds";

export const HELP_CLAIMS: readonly Claim[] = [
  ...TASK_CLAIMS,
  ...CELL_CLAIMS,
  ...INITIALIZATION_CLAIMS,
  ...OPTIMIZER_CLAIMS,
  ...SCHEDULE_CLAIMS,
  ...START_CLAIMS,
  ...THRESHOLD_CLAIMS,
];

export { HELP_STATEMENTS } from "./statements";
