import type { RunEntry } from "../runs/runStore";

/** `older` stands for the items after the first ones: runs of an experiment, or experiments. */
export type RunsNode =
  | { readonly kind: "experiment"; readonly uri: string }
  | { readonly kind: "run"; readonly id: string }
  | { readonly kind: "older"; readonly uri: string | null; readonly first: number };
type OlderNode = Extract<RunsNode, { readonly kind: "older" }>;

/** VS Code asks for all items of a level at once, also of those that nobody scrolls to. */
const FIRST_PAGE = 200;
const NEXT_PAGE = 1000;

/** An experiment as the list shows it. */
interface OutlinedExperiment {
  readonly latest: RunEntry;
  readonly runs: number;
  /** Another file has the same name. */
  readonly hasNamesake: boolean;
  /** False once those before it fill a page. */
  readonly isExpanded: boolean;
}

interface Group {
  readonly uri: string;
  /** The latest run. */
  readonly latest: RunEntry;
  readonly runs: readonly RunsNode[];
  readonly runsBefore: number;
}

/** The items that are others than before; "all" where the order of the experiments is another one. */
export type ChangedNodes = readonly RunsNode[] | "all";

/**
 * The runs by experiment, the latest first, pinned ones on top. A change costs one pass over the runs and says which
 * items it concerns.
 */
export class RunsOutline {
  private found: readonly RunEntry[] = [];
  private groups = new Map<string, Group>();
  /** Experiments by the name of their file. */
  private namesakes: ReadonlyMap<string, number> = new Map();
  /** VS Code knows an item by identity. */
  private nodes = new Map<string, RunsNode>();

  /** Those that were found, the latest first. */
  get shown(): readonly RunEntry[] {
    return this.found;
  }

  /** @param found the runs to show, the latest first; an entry that is the same object has not changed */
  update(found: readonly RunEntry[]): ChangedNodes {
    const before = this.found;
    const groupsBefore = this.groups;
    this.found = found;
    const changed: number[] = [];
    for (let index = 0; index < found.length; index++) if (found[index] !== before[index]) changed.push(index);
    if (found.length === before.length && changed.every((index) => hasSamePlace(found[index]!, before[index]!)))
      return changed.length > FIRST_PAGE ? this.noteAll() : changed.map((index) => this.noteChange(found[index]!));
    this.collectGroups();
    const order = [...this.groups.keys()];
    const orderBefore = [...groupsBefore.keys()];
    if (order.length !== orderBefore.length || order.some((uri, index) => uri !== orderBefore[index])) return "all";
    // A run more or less moves the others of its experiment alone.
    const concerned = new Set(changesOf(before, found).map(({ meta }) => meta.uri));
    return [...concerned].map((uri) => this.experiment(uri));
  }

  children(parent?: RunsNode): readonly RunsNode[] {
    if (parent?.kind === "run") return [];
    const uri = parent?.uri ?? null;
    const all = uri === null ? [...this.groups.keys()].map((key) => this.experiment(key)) : this.groups.get(uri)?.runs;
    const first = parent?.kind === "older" ? parent.first : 0;
    const end = first + (first === 0 ? FIRST_PAGE : NEXT_PAGE);
    const page = all?.slice(first, end) ?? [];
    return end < (all?.length ?? 0) ? [...page, this.node({ kind: "older", uri, first: end })] : page;
  }

  /** Null when none of its runs is shown. */
  find(uri: string): OutlinedExperiment | null {
    const group = this.groups.get(uri);
    if (group === undefined) return null;
    const { latest, runs, runsBefore } = group;
    const hasNamesake = (this.namesakes.get(latest.meta.fileName) ?? 0) > 1;
    return { latest, runs: runs.length, hasNamesake, isExpanded: runsBefore < FIRST_PAGE };
  }

  /** How many items it stands for. */
  count({ uri, first }: OlderNode): number {
    return (uri === null ? this.groups.size : (this.groups.get(uri)?.runs.length ?? 0)) - first;
  }

  run(id: string): RunsNode {
    return this.node({ kind: "run", id });
  }

  private experiment(uri: string): RunsNode {
    return this.node({ kind: "experiment", uri });
  }

  private noteAll(): "all" {
    this.collectGroups();
    return "all";
  }

  /** @returns the item that shows the run */
  private noteChange(entry: RunEntry): RunsNode {
    const { uri } = entry.meta;
    const group = this.groups.get(uri);
    if (group?.latest.id === entry.id) this.groups.set(uri, { ...group, latest: entry });
    return this.run(entry.id);
  }

  private collectGroups(): void {
    const byUri = new Map<
      string,
      { readonly pinned: RunEntry[]; readonly others: RunEntry[]; readonly latest: RunEntry }
    >();
    for (const entry of this.found) {
      const { uri } = entry.meta;
      const group = byUri.get(uri) ?? { pinned: [], others: [], latest: entry };
      byUri.set(uri, group);
      (entry.notes.pinned ? group.pinned : group.others).push(entry);
    }
    const former = this.nodes;
    this.nodes = new Map();
    const keep = (node: RunsNode): RunsNode => this.node(former.get(keyOf(node)) ?? node);
    let runsBefore = 0;
    const groups = new Map<string, Group>();
    const namesakes = new Map<string, number>();
    for (const [uri, { pinned, others, latest }] of byUri) {
      keep({ kind: "experiment", uri });
      const runs = [...pinned, ...others].map(({ id }) => keep({ kind: "run", id }));
      groups.set(uri, { uri, latest, runs, runsBefore });
      runsBefore += Math.min(runs.length, FIRST_PAGE);
      namesakes.set(latest.meta.fileName, (namesakes.get(latest.meta.fileName) ?? 0) + 1);
    }
    for (const node of former.values()) if (node.kind === "older") this.node(node);
    this.groups = groups;
    this.namesakes = namesakes;
  }

  private node(node: RunsNode): RunsNode {
    const key = keyOf(node);
    const known = this.nodes.get(key);
    if (known !== undefined) return known;
    this.nodes.set(key, node);
    return node;
  }
}

function keyOf(node: RunsNode): string {
  switch (node.kind) {
    case "experiment":
      return `experiment ${node.uri}`;
    case "run":
      return node.id;
    case "older":
      return `older ${node.first} ${node.uri ?? ""}`;
    default:
      return node satisfies never;
  }
}

/** Whether the list has the run where the other one was, under the same experiment. */
function hasSamePlace(a: RunEntry, b: RunEntry): boolean {
  return (
    a.id === b.id &&
    a.notes.pinned === b.notes.pinned &&
    a.meta.uri === b.meta.uri &&
    a.meta.fileName === b.meta.fileName &&
    a.meta.name === b.meta.name
  );
}

/** Those that came, went, or are other objects now. Cheap where most of the list is as it was. */
function changesOf(before: readonly RunEntry[], after: readonly RunEntry[]): RunEntry[] {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let [oldEnd, newEnd] = [before.length, after.length];
  while (oldEnd > start && newEnd > start && before[oldEnd - 1] === after[newEnd - 1]) {
    oldEnd--;
    newEnd--;
  }
  const [old, now] = [before.slice(start, oldEnd), after.slice(start, newEnd)];
  const [olds, nows] = [new Set(old), new Set(now)];
  return [...old.filter((entry) => !nows.has(entry)), ...now.filter((entry) => !olds.has(entry))];
}
