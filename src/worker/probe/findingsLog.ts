import * as l10n from "@vscode/l10n";
import type { ProbeFinding } from "../../diagnosis/probeFindings";
import { formatCount } from "../../shared/words/numberFormat";
import type { ShownFinding } from "../../shared/wire/findings";

/** More findings than anybody reads. */
const MOST = 50;

interface Kept {
  readonly finding: ProbeFinding;
  /** The first captured step since then in which it was not found; null: it was found in all of them. */
  goneAt: number | null;
}

/** What was found in each captured step so far: of each rule and module the first time. */
export class FindingsLog {
  private readonly kept = new Map<string, Kept>();

  /** @param found in this captured step */
  add(iteration: number, found: readonly ProbeFinding[]): void {
    const present = new Set(found.map(keyOf));
    for (const finding of found) {
      const known = this.kept.get(keyOf(finding));
      // One that comes again is a new one.
      if (known !== undefined && known.goneAt === null) continue;
      if (known !== undefined || this.kept.size < MOST) this.kept.set(keyOf(finding), { finding, goneAt: null });
    }
    for (const [key, kept] of this.kept) if (!present.has(key)) kept.goneAt ??= iteration;
  }

  /** Those that hold first, each in the order in which they were found. */
  get shown(): readonly ShownFinding[] {
    const all = [...this.kept.values()];
    return [...all.filter(({ goneAt }) => goneAt === null), ...all.filter(({ goneAt }) => goneAt !== null)].map(
      ({ finding: { rule, iteration, message, fix }, goneAt }) => ({
        rule,
        severity: goneAt === null ? "warning" : "information",
        iteration,
        timeStep: null,
        numbers: {},
        message:
          goneAt === null ? message : `${message} ${l10n.t("At iteration {0} it is gone.", formatCount(goneAt))}`,
        configPath: [],
        fixes: [],
        ...(fix === null ? {} : { advice: fix }),
      }),
    );
  }
}

function keyOf({ rule, layer }: ProbeFinding): string {
  return `${rule} ${layer}`;
}
