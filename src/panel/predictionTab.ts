/** A tab with predictions as a picture and a table. The page has no script: it shows what a thread has made. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { PredictionPage } from "../shared/wire/predictionPage";
import { createWebviewTab } from "../window/webviewTab";
import { renderPrediction } from "./renderPrediction";

export const PREDICTION_TYPE = "rnnLab.prediction";

/** @param title of the tab */
export function showPrediction(page: PredictionPage, title: string): void {
  showPredictionIn(createWebviewTab(PREDICTION_TYPE, title, vscode.ViewColumn.Active), page);
}

/** In a tab that is there already. */
export function showPredictionIn({ webview }: vscode.WebviewPanel, page: PredictionPage): void {
  webview.options = { enableScripts: false, enableForms: false, localResourceRoots: [] };
  const { bundle } = vscode.l10n;
  const language = bundle === undefined ? "en" : vscode.env.language;
  webview.html = renderPrediction(page, randomBytes(16).toString("base64"), language);
}

/** @param reason why the tab has no predictions, in a sentence */
export function showUnpredicted(panel: vscode.WebviewPanel, reason: string): void {
  const { title } = panel;
  showPredictionIn(panel, { title, heading: title, sentences: [reason], pictures: [], confusions: [], table: null });
}
