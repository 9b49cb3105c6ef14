/** What the course say about training. */
import type { Claim, Statement } from "../claim";

export const COURSE_CLAIMS: readonly Claim[] = [];

export const COURSE_STATEMENTS: readonly Statement[] = [];
