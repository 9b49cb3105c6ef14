import * as vscode from "vscode";
import { CHART_FORMATS, type ChartFormat, type ChartName } from "../shared/wire/savedCharts";
import { pickOne } from "../window/quickPick";

export async function pickChart(charts: readonly ChartName[]): Promise<string | undefined> {
  const picked = await pickOne(
    charts.map(({ id, title }) => ({ label: title, id })),
    { placeHolder: vscode.l10n.t("Select a chart") },
  );
  return picked?.id;
}

export async function pickFormat(): Promise<ChartFormat | undefined> {
  const words: Readonly<Record<ChartFormat, string>> = {
    png: vscode.l10n.t("raster image, as shown on the screen"),
    svg: vscode.l10n.t("vector image"),
    csv: vscode.l10n.t("data table, in full precision"),
  };
  const picked = await pickOne(
    CHART_FORMATS.map((format) => ({ label: format.toUpperCase(), description: words[format], format })),
    { placeHolder: vscode.l10n.t("Select a format") },
  );
  return picked?.format;
}
