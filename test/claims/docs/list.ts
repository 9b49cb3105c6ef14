/** What pages of the docs say about training. */
import type { Claim, Statement } from "../claim";
import { BASELINE_CLAIMS, BASELINE_STATEMENTS } from "./baselines";
import { DIAGNOSIS_CLAIMS, DIAGNOSIS_STATEMENTS } from "./diagnosis";
import { PAGE_STATEMENTS } from "./pages";
import { PREDICTION_STATEMENTS } from "./prediction";

export const DOCS_CLAIMS: readonly Claim[] = [...BASELINE_CLAIMS, ...DIAGNOSIS_CLAIMS];

export const DOCS_STATEMENTS: readonly Statement[] = [
  ...BASELINE_STATEMENTS,
  ...DIAGNOSIS_STATEMENTS,
  ...PAGE_STATEMENTS,
  ...PREDICTION_STATEMENTS,
];
