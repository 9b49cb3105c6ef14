import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ownTablePath } from "../../../src/files/ownTable";

const FOLDER = join("/home", "ada", "sales");

describe("the table of an experiment is offered", () => {
  test.each(["sales.csv", "data/sales.csv", "data/../sales.csv", "..sales.csv", "data/..x/y.csv"])(
    "where it is in the folder: %s",
    (file) => expect(ownTablePath(FOLDER, file)).toBe(join(FOLDER, file)),
  );

  test.each(["../other.csv", "..", ".", "", "data/../../other.csv", "../sales-2/other.csv", "/etc/passwd"])(
    "nowhere else: %j",
    (file) => expect(ownTablePath(FOLDER, file)).toBeNull(),
  );
});
