/** All test files of this folder; esbuild.mjs makes the module. */
declare module "host-tests";
