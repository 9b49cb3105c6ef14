/** The table of the corpus: precision and recall of the rules, and the causes that were named first. */
import type { RuleName } from "../../src/shared/wire/findings";
import { EXPECTED, SICK_KINDS, type SickKind } from "./case";
import { HALVES } from "./draw";
import type { Judged } from "./main";

export { listKinds } from "./corpus";

interface Share {
  readonly of: number;
  readonly count: number;
}

/** Wilson's interval of a share, 95 %. */
function interval({ count, of }: Share): string {
  if (of === 0) return "–";
  const z = 1.96;
  const p = count / of;
  const middle = (p + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z / (1 + (z * z) / of)) * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of));
  return `${p.toFixed(3)} (${count}/${of}; ${(middle - half).toFixed(2)}–${(middle + half).toFixed(2)})`;
}

function rulesOf(kind: SickKind): { readonly causes: readonly RuleName[]; readonly allowed: readonly RuleName[] } {
  const { first, effects } = EXPECTED[kind];
  return { causes: first, allowed: [...first, ...effects] };
}

const isCase = ({ holds }: Judged): boolean => holds;

export function scoreCases(all: readonly Judged[], verbose: boolean): string {
  const lines: string[] = [];
  for (const half of HALVES) {
    const cases = all.filter((one) => isCase(one) && one.half === half);
    if (cases.length === 0) continue;
    const dropped = all.filter((one) => !isCase(one) && one.half === half).length;
    lines.push("", `${half}: ${cases.length} cases, ${dropped} more whose label did not hold`, "");
    lines.push("| kind | first finding names the cause | found at all |", "| --- | --- | --- |");
    for (const kind of SICK_KINDS) lines.push(...kindLine(kind, cases));
    const healthy = cases.filter(({ kind }) => kind === "healthy");
    const silent = { of: healthy.length, count: healthy.filter(({ rules }) => rules.length === 0).length };
    lines.push(`| healthy | no finding at all: ${interval(silent)} | |`);
    lines.push("", "| rule | precision | recall |", "| --- | --- | --- |", ...ruleLines(cases));
  }
  lines.push(...fixLines(all.filter(isCase)));
  lines.push("", "Judged wrongly:", ...wrong(all.filter(isCase), verbose));
  return lines.join("\n");
}

function kindLine(kind: SickKind, cases: readonly Judged[]): string[] {
  const of = cases.filter((one) => one.kind === kind);
  if (of.length === 0) return [];
  const { causes } = rulesOf(kind);
  const names = (rule: string | undefined): boolean => rule !== undefined && causes.includes(rule as RuleName);
  const first = { of: of.length, count: of.filter(({ rules }) => names(rules[0])).length };
  const found = { of: of.length, count: of.filter(({ rules }) => rules.some(names)).length };
  return [`| ${kind} | ${interval(first)} | ${interval(found)} |`];
}

function ruleLines(cases: readonly Judged[]): string[] {
  const rules = [...new Set(SICK_KINDS.flatMap((kind) => EXPECTED[kind].first))];
  return rules.map((rule) => {
    const findings = cases.filter(({ rules: found }) => found.includes(rule));
    const right = findings.filter(({ kind }) => kind !== "healthy" && rulesOf(kind).allowed.includes(rule));
    // Where several rules name the cause, each counts as found with any of them.
    const sick = cases.filter(({ kind }) => kind !== "healthy" && rulesOf(kind).causes.includes(rule));
    const recalled = sick.filter(
      ({ kind, rules: found }) =>
        kind !== "healthy" && found.some((name) => rulesOf(kind).causes.includes(name as RuleName)),
    );
    const precision = interval({ of: findings.length, count: right.length });
    return `| ${rule} | ${precision} | ${interval({ of: sick.length, count: recalled.length })} |`;
  });
}

function wrong(cases: readonly Judged[], verbose: boolean): string[] {
  return cases.flatMap(({ id, kind, rules, messages, judged, constant }) => {
    const isRight =
      kind === "healthy"
        ? rules.length === 0
        : rulesOf(kind).causes.includes(rules[0] as RuleName) &&
          rules.every((rule) => rulesOf(kind).allowed.includes(rule as RuleName));
    if (isRight) return [];
    const text = verbose ? `\n    ${messages.join("\n    ")}` : "";
    return [
      `  ${id}: ${rules.join(", ") || "nothing"} (loss ${judged.toPrecision(3)}, constant ${constant.toPrecision(3)})${text}`,
    ];
  });
}

/** Of each kind: whether the first fix lowers the median of the judged loss over five seeds. */
function fixLines(cases: readonly Judged[]): string[] {
  const tried = cases.filter(({ fix }) => fix !== null);
  if (tried.length === 0) return [];
  const lines = [
    "",
    "| kind | fix offered | of those, lower over five seeds | no better |",
    "| --- | --- | --- | --- |",
  ];
  for (const kind of SICK_KINDS) {
    const of = tried.filter((one) => one.kind === kind);
    const offered = of.filter(({ fix }) => fix!.title !== null);
    const lower = offered.filter(({ fix }) => fix!.after < fix!.before);
    const failed = offered.filter(({ fix }) => !(fix!.after < fix!.before)).map(({ id, fix }) => `${id} ${fix!.title}`);
    const share = interval({ of: of.length, count: offered.length });
    lines.push(
      `| ${kind} | ${share} | ${interval({ of: offered.length, count: lower.length })} | ${failed.join("; ")} |`,
    );
  }
  return lines;
}
