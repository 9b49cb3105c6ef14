/** What lies at the name of a draft or a lease before it is written: a link to a file of somebody else. */
import {
  appendFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { IrregularFileError } from "../../../src/disk/regularFile";
import { dropEarlierCheckpoints } from "../../../src/runs/dropCheckpoints";
import { encodeFrame } from "../../../src/runs/format/frames";
import { encodeCheckpoint, encodeProgress, encodeRun, FRAME } from "../../../src/runs/format/encodeRun";
import { createLease, leasePath, writeLease } from "../../../src/runs/lease";
import { ownPlace } from "../../../src/runs/processPlace";
import { processDraft, writerDraft } from "../../../src/runs/runFileNames";
import { readNotes, writeNotes } from "../../../src/runs/runNotes";
import { RunWriter } from "../../../src/runs/runWriter";
import { temporaryFolder, trainedRun } from "./support";

const ID = "00000000-0000-4000-8000-000000000000";
const NOTES = { name: "good", note: "", pinned: true };
const trained = trainedRun();

let folder: string;
let path: string;
let thesis: string;

beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder, `${ID}.rnnrun`);
  thesis = join(temporaryFolder(), "thesis.txt");
  writeFileSync(thesis, "mine");
});

/** Of a run that has ended, with enough earlier checkpoints to be worth a rewrite. */
function writeRunWithCheckpoints(): void {
  const checkpoint = { ...CHECKPOINT, parameters: new Float64Array(50_000).fill(Math.PI) };
  writeFileSync(path, encodeRun({ ...trained, checkpoint: null, endedAt: null }));
  for (let count = 0; count < 3; count++) appendFileSync(path, encodeCheckpoint(checkpoint));
  appendFileSync(path, encodeProgress({ status: trained.status, checkpoint: 1, endedAt: 1, metrics: null }));
}

const CHECKPOINT = {
  iteration: 1,
  optimizer: { steps: 1, first: null, second: null },
  batches: { position: 0, random: null },
  dropout: null,
  carried: null,
  best: null,
  plateau: null,
  scores: { loss: 1, validationLoss: NaN, accuracy: NaN, exactAccuracy: NaN },
} as const;

function beginRun(): RunWriter {
  return RunWriter.create(path, [encodeFrame(FRAME.meta, new Uint8Array(8))]);
}

const thin = (): Uint8Array => encodeFrame(FRAME.rows, new Uint8Array(8));

/** Each writes a file that has another name at first, or in place. */
const WRITERS: readonly {
  readonly what: string;
  readonly at: () => string;
  readonly before?: () => unknown;
  readonly write: () => unknown;
}[] = [
  {
    what: "notes",
    at: () => processDraft(join(folder, `${ID}.rnnnotes.json`)),
    write: () => writeNotes(folder, ID, NOTES),
  },
  {
    what: "a run with fewer checkpoints",
    at: () => processDraft(path),
    before: writeRunWithCheckpoints,
    write: () => dropEarlierCheckpoints(path),
  },
  { what: "a run with fewer rows", at: () => writerDraft(path), write: () => beginRun().thinRows(thin) },
  { what: "a lease", at: () => leasePath(path), write: () => createLease(leasePath(path)) },
  { what: "a beat", at: () => leasePath(path), write: () => writeLease(leasePath(path), { ...ownPlace(), beat: 1 }) },
];

describe.skipIf(process.platform === "win32").each(WRITERS)("where $what would be written", ({ at, before, write }) => {
  it("a link is neither followed nor removed", async () => {
    before?.();
    symlinkSync(thesis, at());
    const old = before === undefined ? null : readFileSync(path);
    await expect((async () => write())()).rejects.toThrow(IrregularFileError);
    expect(readFileSync(thesis, "utf8")).toBe("mine");
    expect(lstatSync(at()).isSymbolicLink()).toBe(true);
    if (old !== null) expect(readFileSync(path).equals(old)).toBe(true);
  });

  it("a link that leads nowhere makes no file there", async () => {
    before?.();
    const nowhere = join(temporaryFolder(), "nothing");
    symlinkSync(nowhere, at());
    await expect((async () => write())()).rejects.toThrow(IrregularFileError);
    expect(() => statSync(nowhere)).toThrow(/ENOENT/);
  });

  it("a folder stays", async () => {
    before?.();
    mkdirSync(at());
    await expect((async () => write())()).rejects.toThrow(IrregularFileError);
    expect(lstatSync(at()).isDirectory()).toBe(true);
  });
});

it("what a killed process has left of a draft is replaced", async () => {
  writeFileSync(processDraft(join(folder, `${ID}.rnnnotes.json`)), "x".repeat(10_000));
  await writeNotes(folder, ID, NOTES);
  expect(await readNotes(folder, ID)).toEqual(NOTES);
  writeRunWithCheckpoints();
  writeFileSync(processDraft(path), "x");
  expect(await dropEarlierCheckpoints(path)).toBeGreaterThan(700_000);
  expect(readdirSync(folder).sort()).toEqual([`${ID}.rnnnotes.json`, `${ID}.rnnrun`]);
});
