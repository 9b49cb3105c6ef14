import * as l10n from "@vscode/l10n";
import type { NamedTable } from "./tableFiles";
import { TableError, type TableProblem } from "./tableProblem";

/** So many files are named; a folder may have thousands with the same error. */
const MAX_FILES = 5;

/** What is wrong with the files of a table, by file. */
export class FileFaults {
  private readonly errors = new Map<number, readonly TableProblem[]>();
  /** Each kind once, of the first file that has it, with the place of that file. */
  private readonly noted = new Map<string, readonly [file: number, problem: TableProblem]>();

  constructor(private readonly files: readonly NamedTable[]) {}

  /** @returns what `read` returns; null where it threw a TableError, which is kept */
  gather<T>(file: number, read: () => T): T | null {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof TableError)) throw error;
      this.errors.set(file, error.problems);
      return null;
    }
  }

  /** Problems that are no errors. */
  note(file: number, problems: readonly TableProblem[]): void {
    for (const problem of problems) {
      const kind = JSON.stringify([problem.key, problem.severity, problem.column]);
      const known = this.noted.get(kind);
      if (known === undefined || file < known[0]) this.noted.set(kind, [file, problem]);
    }
  }

  notes(): TableProblem[] {
    return [...this.noted.values()].sort(([a], [b]) => a - b).map(([file, problem]) => this.ofFile(file, problem));
  }

  get any(): boolean {
    return this.errors.size > 0;
  }

  /** @throws TableError with the errors of the first few files */
  refuse(): never {
    const files = [...this.errors.keys()].sort((a, b) => a - b);
    const shown = files.slice(0, MAX_FILES);
    const problems = shown.flatMap((file) => this.errors.get(file)!.map((problem) => this.ofFile(file, problem)));
    const more = files.length - shown.length;
    throw new TableError(more === 0 ? problems : [...problems, moreFiles(more)]);
  }

  private ofFile(file: number, problem: TableProblem): TableProblem {
    return { ...problem, file: this.files[file]!.name };
  }
}

function moreFiles(count: number): TableProblem {
  const text = l10n.t("Files with errors besides those: {0}.", count.toLocaleString("en-US"));
  return { key: "files", severity: "error", line: null, column: null, text, fixes: [] };
}
