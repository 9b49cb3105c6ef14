import * as vscode from "vscode";
import type { PanelSession } from "../session/panelSession";
import { RUN_EXTENSION } from "../runs/runFileNames";
import { EXPERIMENT_EXTENSION, fileNameOf } from "../experiments/experimentPath";
import type { ChartFile, ChartFormat } from "../shared/wire/savedCharts";
import { iconText } from "../window/iconText";
import { showStatusMessage } from "../window/statusItem";

const SHOWN_MS = 5000;

/**
 * Writes a chart where the reader says; beside the experiment is what it suggests.
 * @param target left out: a dialog asks for it
 * @returns where it is, or undefined when the reader thought better of it
 */
export async function saveChart(
  session: { readonly file: Pick<PanelSession["file"], "uri"> },
  { chart, format, content }: ChartFile,
  target?: vscode.Uri,
): Promise<vscode.Uri | undefined> {
  const file = vscode.Uri.parse(session.file.uri);
  const uri =
    target ??
    (await vscode.window.showSaveDialog({
      ...suggestedPlace(file, chart, format),
      filters: { [kindOf(format)]: [format] },
      title: vscode.l10n.t("Save Chart"),
    }));
  if (uri === undefined) {
    return undefined;
  }
  await vscode.workspace.fs.writeFile(uri, content);
  showStatusMessage(iconText`$(check) ${vscode.l10n.t("Saved {0}", fileNameOf(uri.path))}`, SHOWN_MS);
  return uri;
}

function kindOf(format: ChartFormat): string {
  switch (format) {
    case "png":
      return vscode.l10n.t("PNG image");
    case "svg":
      return vscode.l10n.t("SVG image");
    case "csv":
      return vscode.l10n.t("CSV table");
    default:
      return format satisfies never;
  }
}

function suggestedPlace(
  file: vscode.Uri,
  chart: string,
  format: ChartFormat,
): { defaultUri: vscode.Uri } | Record<string, never> {
  // An untitled file is nowhere.
  const folder =
    file.scheme === "untitled" ? vscode.workspace.workspaceFolders?.[0]?.uri : vscode.Uri.joinPath(file, "..");
  const extension = [EXPERIMENT_EXTENSION, RUN_EXTENSION].find((one) => file.path.toLowerCase().endsWith(one));
  const fileName = fileNameOf(file.path);
  const name =
    extension !== undefined
      ? fileName.slice(0, -extension.length)
      : file.scheme === "untitled"
        ? "experiment"
        : fileName.replace(/\.[^.]*$/, "");
  return folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, `${name}-${chart}.${format}`) };
}
