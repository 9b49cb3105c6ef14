import * as vscode from "vscode";
import { newExperimentText, type StartKind } from "../config/edit/newExperiment";
import { TASK_STARTS } from "../config/edit/taskStarts";
import { dataFileIn, type Examples } from "../experiments/examples";
import { pickOne, separator, type Choice } from "../window/quickPick";

/** The template of a new experiment. */
export interface ExperimentStart {
  /** As the command takes it: the file of an example without its extension, or a kind of task. */
  readonly id: string;
  /** Of the file, without its extension. */
  readonly fileName: string;
  readonly text: (name: string) => string;
}

/** In place of a template: the experiment is made for a table. */
export const FROM_TABLE = "table";

interface StartItem extends Choice {
  readonly start?: ExperimentStart | typeof FROM_TABLE;
}

const EXTENSION = ".rnn.json";
const TUTORIAL_ID = "count-ones";

/** The tutorial's start is both the first story and the task; its file is called as ever. */
function tutorialItem(): StartItem {
  return {
    icon: "beaker",
    label: vscode.l10n.t("Count the ones"),
    description: TUTORIAL_ID,
    detail: vscode.l10n.t(
      "Input: 20 sequences of 10 bits; target: the number of ones. The tutorial experiment, with all settings written out.",
    ),
    start: { id: TUTORIAL_ID, fileName: "experiment", text: (name) => newExperimentText(name) },
  };
}

function taskItems(): StartItem[] {
  const others = Object.entries(TASK_STARTS).map(([kind, { title, about }]): StartItem => ({
    icon: "beaker",
    label: title,
    description: kind,
    detail: about,
    start: { id: kind, fileName: kind, text: (name) => newExperimentText(name, kind as StartKind) },
  }));
  return [tutorialItem(), ...others];
}

function tableItem(): StartItem {
  return {
    icon: "table",
    label: vscode.l10n.t("Your own table…"),
    detail: vscode.l10n.t("Input: columns that you pick; target: the next value of one of them."),
    start: FROM_TABLE,
  };
}

function storyItems(examples: Examples): StartItem[] {
  return examples.stories.map(({ file, title, detail, text }) => {
    const id = file.slice(0, -EXTENSION.length);
    const data = dataFileIn(text, examples);
    return {
      icon: "book",
      label: title,
      description: id,
      detail: data === null ? detail : `${detail} ${vscode.l10n.t("Its data, {0}, is put beside it.", data)}`,
      start: { id, fileName: id.replace(/^\d+-/, ""), text: () => text },
    };
  });
}

/** @param withData whether a file of data can be put beside it */
export async function pickStart(
  stories: Examples,
  withData: boolean,
): Promise<ExperimentStart | typeof FROM_TABLE | undefined> {
  const needsData = ({ start }: StartItem): boolean =>
    start !== undefined && start !== FROM_TABLE && /"file": "/.test(start.text(""));
  const shown = (items: StartItem[]): StartItem[] => items.filter((item) => withData || !needsData(item));
  const items: StartItem[] = [
    separator(vscode.l10n.t("Your Data")),
    tableItem(),
    separator(vscode.l10n.t("Tasks")),
    ...shown(taskItems()),
    separator(vscode.l10n.t("Examples")),
    ...shown(storyItems(stories)),
  ];
  const picked = await pickOne(items, {
    title: vscode.l10n.t("New Experiment"),
    placeHolder: vscode.l10n.t("Select a task or an example"),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.start;
}

/** By its id; undefined when there is none. */
export function findStart(stories: Examples, id: string): ExperimentStart | undefined {
  return [...taskItems(), ...storyItems(stories)]
    .map(({ start }) => start)
    .filter((start) => start !== undefined && start !== FROM_TABLE)
    .find((start) => start.id === id);
}
