/** Headings for the values of an experiment, as the file groups them. */
import * as l10n from "@vscode/l10n";
import { experimentSchema } from "./fileSchema";
import { schemaAt } from "./jsonSchema";

/** In the order of the file, and an object inside another one where it begins. */
const GROUPS: readonly (readonly string[])[] = [
  ["task"],
  ["model"],
  ["model", "init"],
  ["training", "optimizer"],
  ["training"],
];

/** Of what stands beside the groups: last, since it is changed least. */
const GENERAL = l10n.t("General");

/** The heading that the value at `path` belongs under: "Optimizer". */
export function fieldGroup(path: readonly string[]): string {
  const inside = GROUPS.filter((group) => group.every((key, i) => path[i] === key));
  const nearest = inside.reduce<readonly string[]>((best, group) => (group.length > best.length ? group : best), []);
  return nearest.length === 0 ? GENERAL : (schemaAt(experimentSchema, nearest)?.title ?? GENERAL);
}

/** All headings, in their order. */
export function fieldGroups(): string[] {
  return [...GROUPS.map((group) => fieldGroup(group)), GENERAL];
}
