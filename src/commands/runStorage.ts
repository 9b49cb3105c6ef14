import * as vscode from "vscode";
import type { Services } from "../app/services";
import { describeProgress } from "../library/describeRun";
import { describeUsage } from "../library/describeUsage";
import { formatRunTime, runName } from "../runs/runName";
import { formatFileSize } from "../shared/words/fileSize";
import { confirm } from "../window/notifications";
import { pickMany } from "../window/quickPick";

/** The runs that go to the trash next, to pin some of them. */
export async function showRunUsage(lab: Services): Promise<void> {
  const { store, usage } = lab.runs;
  if (store === null || usage === null) return;
  const { language } = vscode.env;
  const items = usage.plan.next.flatMap((id) => {
    const entry = store.find(id);
    if (entry === null) return [];
    const { name } = lab.runs.identity(entry);
    return {
      label: name,
      description: entry.meta.name,
      detail: `${formatFileSize(entry.bytes)} · ${describeProgress(entry, name, language)}`,
      id,
    };
  });
  const pinned = await pickMany(items, {
    title: vscode.l10n.t("Used: {0}. Pinned runs and the baseline do not count.", describeUsage(usage)),
    placeHolder:
      items.length === 0
        ? vscode.l10n.t("No run goes to the trash")
        : vscode.l10n.t("Beyond a limit, runs go to the trash in this order. Select runs to pin"),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  for (const { id } of pinned) await store.annotate(id, { pinned: true });
}

/**
 * Takes runs back from the trash, pinned.
 * @param name of a file there, for scripts; else the user is asked
 */
export async function restoreRuns(lab: Services, name?: unknown): Promise<void> {
  const { store } = lab.runs;
  if (store === null) return;
  const chosen = typeof name === "string" ? [name] : await pickTrashed(lab);
  if (chosen.length === 0) return;
  const restored = await store.restore(chosen);
  if (restored.length < chosen.length)
    lab.notifications.show(vscode.l10n.t("Some runs are no longer in the trash, or a run with the same ID exists."));
  if (restored.length > 0)
    lab.notifications.inform(
      restored.length === 1
        ? vscode.l10n.t("Restored 1 run. It is pinned, so that it stays.")
        : vscode.l10n.t("Restored {0} runs. They are pinned, so that they stay.", restored.length),
    );
}

async function pickTrashed({ runs, notifications }: Services): Promise<readonly string[]> {
  const { language } = vscode.env;
  const items = ((await runs.store?.trash.list()) ?? []).map(({ name, meta, notes, bytes, trashedAt }) => ({
    label: runName({ meta, notes }, { language }),
    description: meta.name,
    detail: vscode.l10n.t(
      "{0}, started {1}, in the trash since {2}",
      formatFileSize(bytes),
      formatRunTime(meta.startedAt, language),
      formatRunTime(trashedAt, language),
    ),
    name,
  }));
  if (items.length === 0) {
    notifications.show(vscode.l10n.t("The trash is empty."));
    return [];
  }
  const picked = await pickMany(items, {
    placeHolder: vscode.l10n.t("Select runs to restore"),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked.map(({ name }) => name);
}

/** @param isConfirmed for scripts; else the user is asked */
export async function emptyRunTrash({ runs: { store }, notifications }: Services, isConfirmed: unknown): Promise<void> {
  const trashed = (await store?.trash.list()) ?? [];
  if (store === null || trashed.length === 0) {
    notifications.show(vscode.l10n.t("The trash is empty."));
    return;
  }
  const size = formatFileSize(trashed.reduce((sum, { bytes }) => sum + bytes, 0));
  const question =
    trashed.length === 1
      ? vscode.l10n.t("Permanently delete the run in the trash ({0})?", size)
      : vscode.l10n.t("Permanently delete the {0} runs in the trash ({1})?", trashed.length, size);
  if (isConfirmed === true || (await confirm(question, "", vscode.l10n.t("Delete Permanently"))))
    await store.emptyTrash(trashed.map(({ name }) => name));
}
