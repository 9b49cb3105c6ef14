/** Files that RNN Lab did not write, which have to keep their place and content. */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

/** In the folder of runs, with names that resemble those of the store's own files. */
const IN_RUNS = [
  "thesis.txt",
  "package.json",
  "notes.json",
  "figures/loss.csv",
  "trash/thesis.txt",
  "trash/drafts/chapter-1.txt",
  "damaged/readme.txt",
  "other.rnnrun",
  "other.rnnlease",
  "old.rnnrun.draft.txt",
] as const;
const IN_WORKSPACE = ["data.csv", "notes/plan.md", ".hidden", "other.rnn.json.bak"] as const;

export class Sentinels {
  /** Content by path. */
  private readonly contents = new Map<string, string>();
  /** Of the workspace: files that the user may save, with all texts that may be in them. */
  private readonly saved = new Map<string, readonly string[]>();

  constructor(
    private readonly workspace: string,
    private readonly runs: string,
  ) {}

  async write(): Promise<void> {
    for (const name of IN_WORKSPACE) await this.add(join(this.workspace, name));
    await this.writeInRuns();
  }

  /** Also after the folder was deleted. */
  async writeInRuns(): Promise<void> {
    for (const name of IN_RUNS) await this.add(join(this.runs, name));
    // A write through the link would change a file outside.
    await symlink(join(this.workspace, IN_WORKSPACE[0]), join(this.runs, "link.json")).catch(() => undefined);
  }

  /** What may be in an experiment file from now on. */
  expect(path: string, texts: readonly string[]): void {
    this.saved.set(path, texts);
  }

  /** @returns what is wrong, in words */
  async check(): Promise<string[]> {
    const problems: string[] = [];
    for (const [path, text] of this.contents) {
      const now = await readFile(path, "utf8").catch((error: unknown) => String(error));
      if (now !== text) problems.push(`${path} is not as it was: ${now.slice(0, 100)}`);
    }
    for (const [path, texts] of this.saved) {
      const now = await readFile(path, "utf8").catch((error: unknown) => String(error));
      if (!texts.includes(now)) problems.push(`${path} has a text that nobody saved: ${now.slice(0, 200)}`);
    }
    for (const name of await readdir(this.workspace, { recursive: true, withFileTypes: true })) {
      const path = join(name.parentPath, name.name);
      if (name.isFile() && !this.contents.has(path) && !this.saved.has(path))
        problems.push(`${relative(this.workspace, path)} has appeared in the workspace`);
    }
    return problems;
  }

  private async add(path: string): Promise<void> {
    const text = `${createHash("sha256").update(path).digest("hex")}\n`;
    this.contents.set(path, text);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}
