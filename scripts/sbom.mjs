// @ts-check
/**
 * The packages inside the VSIX as a software bill of materials, CycloneDX 1.6. It has no time and no serial number, so
 * that the same sources give the same bytes.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./paths.mjs";

/** A license of SPDX's list, and not an expression such as "(MIT OR Apache-2.0)". */
const LICENSE_ID = /^[\w.+-]+$/;

/**
 * @param {readonly import("./third-party.mjs").BundledPackage[]} packages
 * @returns {object} the document, for JSON
 */
export function createSbom(packages) {
  const { name, version, license } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const { packages: locked } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
  const self = { type: "application", ...describe({ name, version, license }) };
  const components = packages.map((one) => {
    const { integrity } = locked[one.folder.slice(one.folder.indexOf("node_modules/"))] ?? {};
    return { type: "library", ...describe(one), hashes: [hashOf(one.name, integrity)] };
  });
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: self },
    components,
    dependencies: [
      { ref: self["bom-ref"], dependsOn: components.map((component) => component["bom-ref"]) },
      ...components.map((component) => ({ ref: component["bom-ref"] })),
    ],
  };
}

/** @param {{ name: string, version: string, license: string }} bundled */
function describe({ name, version, license }) {
  const purl = `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;
  const licenses = [LICENSE_ID.test(license) ? { license: { id: license } } : { expression: license }];
  return { "bom-ref": purl, name, version, licenses, purl };
}

/**
 * @param {string} name of the package
 * @param {string | undefined} integrity of package-lock.json: of the archive that npm installs
 */
function hashOf(name, integrity) {
  const [, hash] = /^sha512-(.+)$/.exec(integrity ?? "") ?? [];
  if (hash === undefined) throw new Error(`package-lock.json has no SHA-512 for ${name}, whose code is in a bundle`);
  return { alg: "SHA-512", content: Buffer.from(hash, "base64").toString("hex") };
}
