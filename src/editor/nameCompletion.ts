import * as vscode from "vscode";
import { namePlaceAt, type NamePlace } from "../config/edit/completionPlace";
import { listFiles, patternsOf } from "../files/listFiles";
import { firstTable, readTableColumns } from "../files/readTableStart";
import { DisposableStore, type Disposable } from "../lib/dispose";
import {
  ARRAYS_FILE_PATTERN,
  DATA_FILE_PATTERN,
  TABLE_FILE_PATTERN,
  WEIGHTS_FILE_PATTERN,
} from "../config/facts/dataFiles";
import { rangeIn } from "../experiments/documentRange";
import { EXPERIMENT_SELECTOR, folderOf } from "../experiments/experimentFiles";
import { inertLine } from "../lib/outsideText";

const PATTERNS = { text: DATA_FILE_PATTERN, csv: TABLE_FILE_PATTERN, arrays: ARRAYS_FILE_PATTERN } as const;

/** Completes what no schema knows: the files beside an experiment, and the columns of its table. */
export class NameCompletion implements vscode.CompletionItemProvider, Disposable {
  private readonly owned = new DisposableStore();

  constructor() {
    this.owned.add(vscode.languages.registerCompletionItemProvider(EXPERIMENT_SELECTOR, this, '"', "/"));
  }

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.CompletionItem[]> {
    const found = namePlaceAt(document.getText(), document.offsetAt(position));
    const folder = folderOf(document.uri);
    if (found === null || folder === null) {
      return [];
    }
    const range = rangeIn(document, found);
    const names = await namesAt(folder, found.place);
    return names.map((name, index) => itemOf(name, found.place, range, index));
  }

  dispose(): void {
    this.owned.dispose();
  }
}

async function namesAt(folder: string, place: NamePlace): Promise<readonly string[]> {
  switch (place.kind) {
    case "data-file":
      return listFiles(folder, PATTERNS[place.task]);
    case "data-files":
      return patternsOf(await listFiles(folder, TABLE_FILE_PATTERN));
    case "weights-file":
      return listFiles(folder, WEIGHTS_FILE_PATTERN);
    case "column": {
      const { taken, isPattern } = place;
      const file = isPattern ? await firstTable(folder, { files: place.file }).catch(() => null) : place.file;
      return (file === null ? [] : ((await readTableColumns(folder, file)) ?? [])).filter(
        (name) => name !== "" && !taken.includes(name),
      );
    }
    default:
      return place satisfies never;
  }
}

function itemOf(name: string, place: NamePlace, range: vscode.Range, index: number): vscode.CompletionItem {
  const isColumn = place.kind === "column";
  const item = new vscode.CompletionItem(
    inertLine(name),
    isColumn ? vscode.CompletionItemKind.Field : vscode.CompletionItemKind.File,
  );
  const written = JSON.stringify(name);
  item.insertText = written;
  item.filterText = written;
  item.range = range;
  item.detail = isColumn
    ? inertLine(vscode.l10n.t("Column in {0}", place.file))
    : vscode.l10n.t("In the folder of the experiment");
  // In the order of the table.
  item.sortText = `0${String(index).padStart(5, "0")}`;
  return item;
}
