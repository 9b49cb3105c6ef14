/** A tab with predictions as a picture and a table. The page has no script: it shows what a thread has made. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { PredictionPage } from "../shared/wire/predictionPage";
import { createWebviewTab } from "../window/webviewTab";
import { renderPrediction } from "./renderPrediction";

const PREDICTION_TYPE = "rnnLab.prediction";

export function showPrediction(page: PredictionPage): void {
  const tab = createWebviewTab(PREDICTION_TYPE, page.heading, vscode.ViewColumn.Active);
  tab.webview.options = { enableScripts: false, enableForms: false, localResourceRoots: [] };
  const { bundle } = vscode.l10n;
  const language = bundle === undefined ? "en" : vscode.env.language;
  tab.webview.html = renderPrediction(page, randomBytes(16).toString("base64"), language);
}
