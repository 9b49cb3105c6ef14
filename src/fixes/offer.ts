/** What is offered with the findings of a run once fixes have been tried. */
import { WITHOUT_FIX, type Finding, type Fix } from "../shared/wire/findings";
import { keyOf } from "./fixKey";
import type { SearchOutcome } from "./fixSearch";

/** A menu of more is no help. */
const MAX_HELPED = 5;
const MAX_OFFERED = 8;

/** Whether fixes of these findings are worth trying: something is wrong, and not with the data. */
export function isFixable(findings: readonly Finding[]): boolean {
  return findings.length > 0 && !findings.some(({ rule }) => WITHOUT_FIX.includes(rule));
}

/**
 * The findings with the fixes that the search leaves: those that helped, the best first, then those that were not
 * tried, without learning rates that no finding names: untried, they are guesses. The cause, which is the first
 * finding, has them all; another finding those that are its own.
 */
export function offerFixes(findings: readonly Finding[], { helped, untried }: SearchOutcome): readonly Finding[] {
  if (!isFixable(findings)) return findings.map((finding) => ({ ...finding, fixes: [] }));
  const named = new Set(findings.flatMap(({ fixes }) => fixes.map(keyOf)));
  const worthwhile = untried.filter((fix) => named.has(keyOf(fix)) || !isLearningRate(fix));
  const offered: readonly Fix[] = [...helped.slice(0, MAX_HELPED), ...worthwhile].slice(0, MAX_OFFERED);
  return findings.map((finding, index) => {
    const own = new Set(finding.fixes.map(keyOf));
    return { ...finding, fixes: index === 0 ? offered : offered.filter((fix) => own.has(keyOf(fix))) };
  });
}

function isLearningRate({ edits }: Fix): boolean {
  return edits.every(({ path }) => path.at(-1) === "learningRate");
}
