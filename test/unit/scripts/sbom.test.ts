import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createSbom } from "../../../scripts/sbom.mjs";
import { collectNotices, collectPackages } from "../../../scripts/third-party.mjs";

const PACKAGES = collectPackages([
  "src/extension.ts",
  "node_modules/jsonc-parser/lib/esm/main.js",
  "node_modules/@vscode/l10n/dist/main.js",
  "node_modules/@vscode/l10n/dist/other.js",
]);

test("the packages of a bundle are found by their files, each once", () => {
  expect(PACKAGES.map(({ name }) => name)).toEqual(["@vscode/l10n", "ajv", "jsonc-parser"]);
  const nested = collectPackages(["node_modules/@microsoft/fast-foundation/node_modules/tslib/tslib.es6.js"]);
  expect(nested.map(({ folder }) => folder)).toContain("node_modules/@microsoft/fast-foundation/node_modules/tslib");
});

test("the notices have the license of each", async () => {
  const notices = await collectNotices(PACKAGES);
  const [intro, ...parts] = notices.split(/^={80}\n/m);
  expect(intro).toContain("these packages");
  expect(parts.map((part) => part.split("\n")[0])).toEqual(PACKAGES.map(({ name, version }) => `${name} ${version}`));
  for (const part of parts) expect(part).toMatch(/Copyright \(c\)/);
});

test("the bill of materials names each by a package URL, with the hash of package-lock.json", () => {
  const bill = JSON.parse(JSON.stringify(createSbom(PACKAGES)));
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "../../../package.json"), "utf8"));
  expect(bill).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.6", version: 1 });
  expect(bill.metadata.component.purl).toBe(`pkg:npm/rnn-lab@${manifest.version}`);
  expect(bill.components.map(({ purl }: { purl: string }) => purl)).toEqual(
    PACKAGES.map(({ name, version }) => `pkg:npm/${name.replace("@", "%40")}@${version}`),
  );
  for (const { licenses, hashes } of bill.components) {
    expect(licenses).toEqual([{ license: { id: "MIT" } }]);
    expect(hashes).toEqual([{ alg: "SHA-512", content: expect.stringMatching(/^[0-9a-f]{128}$/) }]);
  }
  const [root, ...others] = bill.dependencies;
  expect(root.dependsOn).toEqual(others.map(({ ref }: { ref: string }) => ref));
});

test("a package that package-lock.json does not have is an error, and so is one without a hash", () => {
  const unknown = { folder: "node_modules/no-such-package", name: "no-such-package", version: "1.0.0", license: "MIT" };
  expect(() => createSbom([unknown])).toThrow("no SHA-512 for no-such-package");
});
