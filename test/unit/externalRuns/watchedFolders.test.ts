import { join } from "node:path";
import { expect, it } from "vitest";
import { checkWatchedFolders, MAX_WATCHED } from "../../../src/externalRuns/watchedFolders";

const SETTING = "The setting rnnLab.watchedFolders";
const check = (value: unknown, roots: readonly string[] = ["/work"]) => checkWatchedFolders(value, roots, "/home/me");

it("takes absolute paths, those in the home folder, and relative ones in each folder of the workspace", () => {
  expect(check(["/data/runs", "~/runs", " out "], ["/a", "/b"])).toEqual({
    paths: ["/data/runs", join("/home/me", "runs"), join("/a", "out"), join("/b", "out")],
    problems: [],
  });
  expect(check(undefined)).toEqual({ paths: [], problems: [] });
});

it("says what is no folder, and goes on with the others", () => {
  expect(check("/data")).toEqual({
    paths: [],
    problems: [`${SETTING} must be a list of folders, for example ["~/cluster/rnnlab-runs"], not "/data".`],
  });
  expect(check([7, "", "/ok", null])).toEqual({
    paths: ["/ok"],
    problems: ["7", '""', "null"].map((shown) => `${SETTING} has ${shown}, which is not the path of a folder.`),
  });
  expect(check(["runs"], []).problems).toEqual([
    `${SETTING} has "runs", which is relative to the folder of a workspace, but no folder is open.`,
  ]);
});

it("watches so many folders and no more", () => {
  const { paths, problems } = check(Array.from({ length: MAX_WATCHED + 3 }, (_, i) => `/data/${i}`));
  expect([paths.length, problems]).toEqual([MAX_WATCHED, [`${SETTING} names 35 folders. The first 32 are watched.`]]);
});
