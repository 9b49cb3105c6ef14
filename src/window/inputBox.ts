import * as vscode from "vscode";
import { inert, inertLine } from "../lib/outsideText";

interface Question {
  readonly title?: string;
  readonly prompt: string;
  readonly value: string;
  readonly placeHolder?: string;
}

/**
 * Asks for a line of text. What VS Code makes links of, the prompt and the problem with what was typed, is shown as it
 * stands.
 * @param problemWith what was typed; null where it can be used
 * @returns undefined when the user canceled
 */
export async function askForText(
  question: Question,
  problemWith: (input: string) => string | null = () => null,
): Promise<string | undefined> {
  return vscode.window.showInputBox({
    ...inertQuestion(question),
    validateInput: (input) => {
      const problem = problemWith(input);
      return problem === null ? null : inert(problem);
    },
  });
}

/** A box whose text is used while it is typed. */
export function showInputBox(question: Question, onDidChange: (value: string) => void): void {
  const { placeHolder, ...rest } = inertQuestion(question);
  const input = Object.assign(vscode.window.createInputBox(), rest, { placeholder: placeHolder });
  input.onDidChangeValue(onDidChange);
  input.onDidAccept(() => input.hide());
  input.onDidHide(() => input.dispose());
  input.show();
}

function inertQuestion({ title, prompt, value, placeHolder }: Question): vscode.InputBoxOptions {
  return {
    value,
    prompt: inert(prompt),
    ...(title === undefined ? {} : { title: inertLine(title) }),
    ...(placeHolder === undefined ? {} : { placeHolder: inertLine(placeHolder) }),
  };
}
