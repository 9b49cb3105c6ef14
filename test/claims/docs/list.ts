/** What pages of the docs say about training. */
import type { Claim, Statement } from "../claim";
import { PREDICTED_STATEMENTS } from "./predicted";

export const DOCS_CLAIMS: readonly Claim[] = [];

export const DOCS_STATEMENTS: readonly Statement[] = [...PREDICTED_STATEMENTS];
