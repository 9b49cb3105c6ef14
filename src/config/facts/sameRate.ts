import type { Experiment } from "../schema/schema";

type RateSettings = Pick<Experiment["training"], "optimizer" | "schedule">;

/** Whether optimizer and schedule are the same in both, so that the learning rate goes on as it was. */
export function isSameRate(before: RateSettings, after: RateSettings): boolean {
  const rateOf = ({ optimizer, schedule }: RateSettings): string => JSON.stringify([optimizer, schedule]);
  return rateOf(before) === rateOf(after);
}
