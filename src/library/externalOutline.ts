import type { ExternalRun } from "../externalRuns/externalRun";
import type { ExternalGroup } from "./externalRuns";

/** In the Runs view. `folder` null: files that were opened one by one. */
export type ExternalNode =
  | { readonly kind: "folder"; readonly folder: string | null }
  | { readonly kind: "external"; readonly id: string }
  /** Stands for the runs after the first ones. */
  | { readonly kind: "olderExternal"; readonly folder: string | null; readonly first: number };

/** As many items as a level has at once. */
const PAGE = 200;

/** The runs of others by folder, and which items a change concerns. */
export class ExternalOutline {
  private groups: readonly ExternalGroup[] = [];
  /** VS Code knows an item by identity. */
  private readonly nodes = new Map<string, ExternalNode>();

  get all(): readonly ExternalGroup[] {
    return this.groups;
  }

  /** @returns the items that are others than before; "all" where folders came or went */
  update(groups: readonly ExternalGroup[]): readonly ExternalNode[] | "all" {
    const before = this.groups;
    this.groups = groups;
    if (groups.length !== before.length || groups.some(({ folder }, i) => folder !== before[i]?.folder)) return "all";
    return groups.flatMap((group, i) => this.changesOf(before[i]!, group));
  }

  children(parent?: ExternalNode): readonly ExternalNode[] {
    if (parent === undefined) return this.groups.map(({ folder }) => this.node({ kind: "folder", folder }));
    if (parent.kind === "external") return [];
    const { folder } = parent;
    const runs = this.find(folder)?.runs ?? [];
    const first = parent.kind === "folder" ? 0 : parent.first;
    const page = runs.slice(first, first + PAGE).map(({ id }) => this.node({ kind: "external", id }));
    const end = first + PAGE;
    return end < runs.length ? [...page, this.node({ kind: "olderExternal", folder, first: end })] : page;
  }

  find(folder: string | null): ExternalGroup | null {
    return this.groups.find((group) => group.folder === folder) ?? null;
  }

  private changesOf(before: ExternalGroup, after: ExternalGroup): readonly ExternalNode[] {
    if (before.runs === after.runs) return [];
    const changed = after.runs.filter((run, i) => run !== before.runs[i]);
    const isSameOrder = before.runs.length === after.runs.length && changed.every(isAt(before.runs, after.runs));
    return isSameOrder && changed.length <= PAGE
      ? changed.map(({ id }) => this.node({ kind: "external", id }))
      : [this.node({ kind: "folder", folder: after.folder })];
  }

  private node(node: ExternalNode): ExternalNode {
    const key = keyOf(node);
    const known = this.nodes.get(key);
    if (known !== undefined) return known;
    this.nodes.set(key, node);
    return node;
  }
}

function isAt(before: readonly ExternalRun[], after: readonly ExternalRun[]): (run: ExternalRun) => boolean {
  const places = new Map(after.map(({ id }, i) => [id, i]));
  return ({ id }) => before[places.get(id) ?? -1]?.id === id;
}

function keyOf(node: ExternalNode): string {
  switch (node.kind) {
    case "folder":
      return `folder ${node.folder ?? ""}`;
    case "external":
      return node.id;
    case "olderExternal":
      return `older ${node.first} ${node.folder ?? ""}`;
    default:
      return node satisfies never;
  }
}
