import * as vscode from "vscode";

/** An example of the project, as dist/stories.json carries it. */
export interface Story {
  /** "01-it-learns.rnn.json" */
  readonly file: string;
  readonly title: string;
  readonly detail: string;
  readonly text: string;
}

export interface Examples {
  readonly stories: readonly Story[];
  /** Contents of the files that they name. */
  readonly data: Readonly<Record<string, string>>;
}

/** Read when they are asked for: nobody needs them to train. */
export async function readStories(extensionUri: vscode.Uri): Promise<Examples> {
  const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, "dist", "stories.json"));
  return JSON.parse(new TextDecoder().decode(bytes)) as Examples;
}

/** The data file that an experiment names and the examples have; null where it names none of these. */
export function dataFileIn(text: string, { data }: Examples): string | null {
  return Object.keys(data).find((name) => text.includes(`"file": ${JSON.stringify(name)}`)) ?? null;
}

/** Names that only copies of the examples have: New Experiment leaves the number out. */
const NUMBERED = /^\d\d-.+\.rnn\.json$/;

/** The folders of the workspace that hold at least half of the examples, by their names. */
export async function findExampleFolders(extensionUri: vscode.Uri): Promise<readonly vscode.WorkspaceFolder[]> {
  const candidates: { readonly folder: vscode.WorkspaceFolder; readonly names: ReadonlySet<string> }[] = [];
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    const entries = await vscode.workspace.fs.readDirectory(folder.uri).then(undefined, () => []);
    const names = new Set(entries.map(([name]) => name).filter((name) => NUMBERED.test(name)));
    if (names.size > 0) candidates.push({ folder, names });
  }
  if (candidates.length === 0) return [];
  const { stories } = await readStories(extensionUri);
  return candidates.flatMap(({ folder, names }) =>
    2 * stories.filter(({ file }) => names.has(file)).length >= stories.length ? [folder] : [],
  );
}
