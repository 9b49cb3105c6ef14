/** All claims, and what else the texts say in numbers. */
import type { Claim, Statement } from "./claim";
import { COURSE_CLAIMS, COURSE_STATEMENTS } from "./course/list";
import { DOCS_CLAIMS, DOCS_STATEMENTS } from "./docs/list";
import { EXAMPLE_CLAIMS, EXAMPLE_STATEMENTS } from "./examples/list";
import { HELP_CLAIMS, HELP_STATEMENTS } from "./help/list";

export const CLAIMS: readonly Claim[] = [...EXAMPLE_CLAIMS, ...HELP_CLAIMS, ...DOCS_CLAIMS, ...COURSE_CLAIMS];

export const STATEMENTS: readonly Statement[] = [
  ...EXAMPLE_STATEMENTS,
  ...HELP_STATEMENTS,
  ...DOCS_STATEMENTS,
  ...COURSE_STATEMENTS,
];
