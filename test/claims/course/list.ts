/** What the course says about training. */
import type { Claim } from "../claim";
import { LESSON_1 } from "./lesson1";
import { LESSON_2 } from "./lesson2";
import { LESSON_3 } from "./lesson3";
import { LESSON_4 } from "./lesson4";
import { LESSON_5 } from "./lesson5";
import { LESSON_6 } from "./lesson6";

export { COURSE_STATEMENTS } from "./statements";

export const COURSE_CLAIMS: readonly Claim[] = [
  ...LESSON_1,
  ...LESSON_2,
  ...LESSON_3,
  ...LESSON_4,
  ...LESSON_5,
  ...LESSON_6,
];
