import type { TaskConfig } from "../../config/schema/schema";

export type ArrayTask = Extract<TaskConfig, { readonly kind: "arrays" }>;

/** What is wrong with the arrays, at the key of the task that could be changed. */
export class ArrayError extends Error {
  constructor(
    readonly key: keyof ArrayTask,
    message: string,
  ) {
    super(message);
  }
}
