import type { JsonPath } from "../schema/jsonSchema";
import type { Problem, ProblemCode } from "../schema/problem";

/** What is wrong with values that the schema accepts, before its place in the text is known. */
export interface MeaningProblem {
  readonly code: ProblemCode;
  readonly message: string;
  readonly path: JsonPath;
  readonly fixes?: NonNullable<Problem["fixes"]>;
}
