import * as vscode from "vscode";
import type { ExperimentSession } from "../session/experimentSession";
import { askForText } from "../window/inputBox";

const LENGTH = 600;
const STANDARD = "0.8";

/**
 * Generates text with the network of the current run and shows it in a new text editor.
 *
 * @param temperature as it would be typed; asked for when undefined
 * @returns the text; undefined when the user changed their mind
 */
export async function showSample(session: ExperimentSession, temperature?: string): Promise<string | undefined> {
  const typed =
    temperature ??
    (await askForText(
      {
        title: vscode.l10n.t("Generate Text"),
        prompt: vscode.l10n.t(
          "Sampling temperature: 1 = model distribution, below 1 more conservative, 0 = greedy, above 1 more random.",
        ),
        value: STANDARD,
      },
      (input) => (readTemperature(input) === null ? vscode.l10n.t("Enter a number from 0 to 100.") : null),
    ));
  if (typed === undefined) {
    return undefined;
  }
  const value = readTemperature(typed);
  if (value === null) {
    throw new Error(vscode.l10n.t('"{0}" is not a valid temperature. Enter a number from 0 to 100.', typed));
  }
  const content = await session.questions.sampleText({ prime: "", length: LENGTH, temperature: value });
  const document = await vscode.workspace.openTextDocument({ language: "plaintext", content });
  await vscode.window.showTextDocument(document, { preview: true, preserveFocus: true });
  return content;
}

function readTemperature(text: string): number | null {
  const value = Number(text);
  return text.trim() !== "" && value >= 0 && value <= 100 ? value : null;
}
