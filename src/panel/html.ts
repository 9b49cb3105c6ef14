import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { LINK_COMMANDS } from "../shared/wire/pageSignals";

export type Layout = "wide" | "compact";

/** Scripts, the only folders a view may load from, and the only commands that its links may run. */
export function webviewOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return {
    enableScripts: true,
    enableCommandUris: LINK_COMMANDS,
    localResourceRoots: [
      vscode.Uri.joinPath(extensionUri, "dist", "webview"),
      vscode.Uri.joinPath(extensionUri, "media"),
    ],
  };
}

/** The script of a page and its style sheet, in dist/webview. */
export type PageScript = "main" | "sweep" | "compare" | "runsTable";

/**
 * The page of a view. Everything in it is made by the script; the policy allows that script and our styles, nothing
 * else. The component library reads the nonce from `csp-nonce`, for one style element with which it probes the browser.
 * @param state what the page is to go on with, where VS Code kept none for it
 */
export function renderHtml(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  layout: Layout,
  script: PageScript = "main",
  state?: unknown,
): string {
  const resource = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, "dist", "webview", name)).toString();
  const nonce = randomBytes(16).toString("base64");
  const policy = `default-src 'none'; base-uri 'none'; form-action 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource} 'nonce-${nonce}'; font-src ${webview.cspSource}; img-src ${webview.cspSource}`;
  const { bundle } = vscode.l10n;
  const kept = state === undefined ? "" : ` data-state="${attribute(JSON.stringify(state))}"`;
  return `<!DOCTYPE html>
<html lang="${bundle === undefined ? "en" : attribute(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${resource(`${script}.css`)}">
<title>RNN Lab</title>
</head>
<body>
<div id="app" data-layout="${layout}"${bundle === undefined ? "" : ` data-bundle="${attribute(JSON.stringify(bundle))}"`}${kept}></div>
<script nonce="${nonce}" src="${resource(`${script}.js`)}"></script>
</body>
</html>`;
}

function attribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
