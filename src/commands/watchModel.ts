import { lstat, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import type { Services } from "../app/services";
import { IrregularFileError } from "../disk/regularFile";
import { pickOne, type Choice } from "../window/quickPick";
import { confirm } from "../window/notifications";

const MODULE = "rnnlab_probe.py";

/** What a script needs so that its model can be watched. */
const WATCH_LINES = `import rnnlab_probe

probe = rnnlab_probe.watch(model, every=50)  # before the training loop
probe.step(loss=loss)  # in the loop, after optimizer.step()
probe.close()  # after the loop
`;

type Action = "copy" | "show" | "file";

interface ActionChoice extends Choice {
  readonly action: Action;
}

/**
 * Shows or copies the lines that watch a model, or puts the module beside the script.
 * @param target the script; left out: that of the active editor
 * @param chosen for scripts
 * @returns what was done; null when the user canceled
 */
export async function watchModel(
  lab: Services,
  target: vscode.Uri | undefined,
  chosen: unknown,
): Promise<Action | null> {
  const script = scriptOf(target);
  const choices = choicesFor(script);
  const action =
    choices.find((choice) => choice.action === chosen)?.action ??
    (await pickOne(choices, { placeHolder: vscode.l10n.t("Watch a PyTorch model in RNN Lab") }))?.action;
  switch (action) {
    case undefined:
      return null;
    case "copy":
      await vscode.env.clipboard.writeText(WATCH_LINES);
      lab.notifications.inform(vscode.l10n.t("Copied the lines that watch a PyTorch model."));
      return action;
    case "show":
      await vscode.window.showTextDocument(
        await vscode.workspace.openTextDocument({ language: "python", content: WATCH_LINES }),
        { viewColumn: vscode.ViewColumn.Beside, preview: true },
      );
      return action;
    case "file":
      return script !== null && (await putModule(lab, script)) ? action : null;
    default:
      return action satisfies never;
  }
}

/** Of the active editor, unless it is given; null where that is no Python file on a disk. */
function scriptOf(target: vscode.Uri | undefined): string | null {
  const document = vscode.window.activeTextEditor?.document;
  const uri = target ?? (document?.languageId === "python" ? document.uri : undefined);
  return uri?.scheme === "file" ? uri.fsPath : null;
}

function choicesFor(script: string | null): ActionChoice[] {
  const lines = WATCH_LINES.split("\n").filter((line) => line !== "");
  const code = lines.map((line) => line.replace(/\s*#.*$/, "")).join("  ·  ");
  return [
    { action: "copy", icon: "copy", label: vscode.l10n.t("Copy the Lines"), detail: code },
    { action: "show", icon: "code", label: vscode.l10n.t("Show the Lines"), detail: vscode.l10n.t("In a new editor") },
    ...(script === null
      ? []
      : [
          {
            action: "file" as const,
            icon: "new-file",
            label: vscode.l10n.t("Put {0} beside {1}", MODULE, basename(script)),
            detail: vscode.l10n.t("One file, nothing to install"),
          },
        ]),
  ];
}

/** @returns whether the module is there now */
async function putModule(lab: Services, script: string): Promise<boolean> {
  const source = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(lab.extensionUri, "python", MODULE));
  const path = join(dirname(script), MODULE);
  const found = await lstat(path).catch(() => null);
  if (found !== null && !found.isFile()) throw new IrregularFileError();
  const isSame = found !== null && Buffer.compare(await readFile(path), source) === 0;
  if (found !== null && !isSame) {
    const question = vscode.l10n.t("Replace {0}?", MODULE);
    const detail = vscode.l10n.t("{0} is another version of the module, or was changed.", path);
    if (!(await confirm(question, detail, vscode.l10n.t("Replace")))) return false;
  }
  if (!isSame) await vscode.workspace.fs.writeFile(vscode.Uri.file(path), source);
  lab.notifications.inform(isSame ? vscode.l10n.t("{0} is there already.", path) : vscode.l10n.t("Wrote {0}.", path), {
    label: vscode.l10n.t("Copy the Lines"),
    run: () => vscode.env.clipboard.writeText(WATCH_LINES),
  });
  return true;
}
