import * as vscode from "vscode";
import { CHART_FORMATS, type ChartFormat, type ChartName } from "../shared/savedCharts";

const WORDS: Readonly<Record<ChartFormat, string>> = { png: "picture as it is on the screen", svg: "vector picture", csv: "its numbers, in full" };

export async function pickChart(charts: readonly ChartName[]): Promise<string | undefined> {
  const picked = await vscode.window.showQuickPick(charts.map(({ id, title }) => ({ label: title, id })), { placeHolder: "Which chart?" });
  return picked?.id;
}

export async function pickFormat(): Promise<ChartFormat | undefined> {
  const picked = await vscode.window.showQuickPick(CHART_FORMATS.map((format) => ({ label: format.toUpperCase(), description: WORDS[format], format })), { placeHolder: "As what?" });
  return picked?.format;
}
