import * as vscode from "vscode";
import { inert } from "../lib/outsideText";

interface CommandLink {
  readonly label: string;
  readonly command: string;
  readonly arguments: readonly unknown[];
}

/** Text as it stands, and below it links that run these commands of ours and no others. */
export function linkedText(text: string, links: readonly CommandLink[]): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString();
  markdown.isTrusted = { enabledCommands: links.map(({ command }) => command) };
  markdown.appendText(inert(text));
  for (const { label, command, arguments: given } of links)
    markdown.appendMarkdown(`\n\n[${label}](command:${command}?${encodeURIComponent(JSON.stringify(given))})`);
  return markdown;
}
