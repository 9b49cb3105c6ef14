import * as vscode from "vscode";

/** An example of the project, as dist/stories.json carries it. */
interface Story {
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
