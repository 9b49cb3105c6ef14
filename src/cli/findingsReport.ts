/** The findings of a run: as JSON for programs, as lines for people. */
import { quoteCommand, shellOf } from "../config/compare/commandLine";
import type { Finding, Fix, FixTrial } from "../shared/wire/findings";
import { fixLabel } from "../shared/words/fixLabel";
import { changesOf, withFix } from "../fixes/fixedText";
import { jsonNumber } from "./jsonNumbers";

/** Windows does not say which of its shells started the program. */
const SHELL = shellOf(process.env["SHELL"] ?? "", process.platform === "win32");

/** @param text of the experiment, which the fixes change */
export function createFindingsReport(text: string, findings: readonly Finding[]) {
  return findings.map(({ rule, configPath, iteration, message, fixes }) => ({
    rule,
    key: configPath.join("."),
    iteration,
    text: message,
    fixes: fixes.map((fix) => ({
      title: fix.title,
      changes: changesIn(text, fix),
      trial: fix.trial === undefined ? null : trialReport(fix.trial),
    })),
  }));
}

/** @param searched whether fixes were tried, so that one without a trial is one for which there was no time */
export function describeFindings(text: string, findings: readonly Finding[], searched: boolean): string[] {
  return findings.flatMap(({ rule, severity, configPath, iteration, message, fixes }) => [
    "",
    `${severity} at iteration ${iteration}: ${message} [${rule}, ${configPath.join(".")}]`,
    ...fixes.flatMap((fix) => {
      const settings = Object.entries(changesIn(text, fix)).flatMap(([key, value]) => [
        "--set",
        `${key}=${input(value)}`,
      ]);
      const untried = searched && fix.trial === undefined ? " (not tried)" : "";
      return [`  fix: ${fixLabel(fix)}${untried}`, `       ${quoteCommand(settings, SHELL)}`];
    }),
  ]);
}

function changesIn(text: string, { edits }: Fix): Record<string, unknown> {
  const fixed = withFix(text, edits);
  return fixed === null ? {} : changesOf(fixed.experiment, edits);
}

/** As `--set` reads it. */
function input(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function trialReport({ iterations, finalLoss, bestLoss, validationLoss }: FixTrial) {
  return {
    iterations,
    finalLoss: jsonNumber(finalLoss),
    bestLoss: jsonNumber(bestLoss),
    validationLoss: validationLoss === null ? null : jsonNumber(validationLoss),
  };
}
