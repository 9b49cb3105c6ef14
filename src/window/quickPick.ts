import * as vscode from "vscode";
import { inertLine } from "../lib/outsideText";

/** Texts that may come from outside: they are shown as they stand, and the choice that is picked has them whole. */
export interface Choice {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  /** The codicon before the label. */
  readonly icon?: string;
  readonly kind?: vscode.QuickPickItemKind;
  /** Of several: whether it is picked already. */
  readonly picked?: boolean;
}

type PickOptions = Pick<vscode.QuickPickOptions, "title" | "placeHolder" | "matchOnDescription" | "matchOnDetail">;

/** Undefined when the user canceled. */
export async function pickOne<T extends Choice>(choices: readonly T[], options: PickOptions): Promise<T | undefined> {
  return (await vscode.window.showQuickPick(choices.map(shown), inertOptions(options)))?.choice;
}

/** None when the user canceled. */
export async function pickMany<T extends Choice>(choices: readonly T[], options: PickOptions): Promise<readonly T[]> {
  const picked = await vscode.window.showQuickPick(choices.map(shown), { ...inertOptions(options), canPickMany: true });
  return (picked ?? []).map(({ choice }) => choice);
}

/** The heading of the choices after it. */
export function separator(label: string): Choice {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function shown<T extends Choice>(choice: T): vscode.QuickPickItem & { readonly choice: T } {
  const { label, description, detail, icon, kind, picked } = choice;
  return {
    choice,
    label: icon === undefined ? inertLine(label) : `$(${icon}) ${inertLine(label)}`,
    ...(description === undefined ? {} : { description: inertLine(description) }),
    ...(detail === undefined ? {} : { detail: inertLine(detail) }),
    ...(kind === undefined ? {} : { kind }),
    ...(picked === undefined ? {} : { picked }),
  };
}

function inertOptions({ title, placeHolder, ...rest }: PickOptions): vscode.QuickPickOptions {
  return {
    ...rest,
    ...(title === undefined ? {} : { title: inertLine(title) }),
    ...(placeHolder === undefined ? {} : { placeHolder: inertLine(placeHolder) }),
  };
}
