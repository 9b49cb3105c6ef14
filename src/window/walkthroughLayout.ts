/** Where the walkthrough is, and what opens from it. */
import * as vscode from "vscode";

/** Extension and walkthrough, as package.json names them. */
const WALKTHROUGH = "rnn-lab.rnn-lab#story";

/**
 * The walkthrough on the left; on the right the file above its panel, which are otherwise side by side: on a laptop,
 * three columns would be too narrow.
 */
const LAYOUT = { orientation: 0, groups: [{ size: 0.46 }, { size: 0.54, groups: [{ size: 0.38 }, { size: 0.62 }] }] };
const LAYOUT_GROUPS = 3;

/**
 * Without the side bar: VS Code shows the pictures only in an editor wider than 950 pixels, which a laptop has no room
 * for beside it.
 */
export async function openWalkthrough(): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.closeSidebar");
  await vscode.commands.executeCommand("workbench.action.openWalkthrough", WALKTHROUGH, false);
}

/** Whether the active tab is the walkthrough: an editor of a kind that the API does not know. */
export function isWalkthroughActive(): boolean {
  const { activeTab } = vscode.window.tabGroups.activeTabGroup;
  return activeTab !== undefined && activeTab.input === undefined;
}

/** Makes the group next to the walkthrough the active one, so that what opens does not cover it. */
export async function leaveWalkthroughInView(): Promise<void> {
  const { viewColumn } = vscode.window.tabGroups.activeTabGroup;
  if (vscode.window.tabGroups.all.length < LAYOUT_GROUPS)
    await vscode.commands.executeCommand("vscode.setEditorLayout", LAYOUT);
  await vscode.commands.executeCommand(
    viewColumn === vscode.ViewColumn.One
      ? "workbench.action.focusSecondEditorGroup"
      : "workbench.action.focusFirstEditorGroup",
  );
}
