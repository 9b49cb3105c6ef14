// @ts-check
/**
 * Prettier for AssemblyScript: TypeScript but for `@inline` in front of functions and constants, which Prettier's
 * parser refuses. While Prettier works the decorator is a comment of the same length, so that all positions hold.
 */
import * as estree from "prettier/plugins/estree";
import * as typescript from "prettier/plugins/typescript";

const DECORATOR = "@inline";
const PLACEHOLDER = "/*@@@*/";
const AST_FORMAT = "assemblyscript";

const { typescript: parser } = typescript.parsers;
// @ts-ignore: the types of this module leave its printers out.
const { estree: printer } = estree.printers;

export const parsers = {
  assemblyscript: {
    ...parser,
    astFormat: AST_FORMAT,
    /** @type {typeof parser.parse} */
    parse: (text, options) => parser.parse(text.replaceAll(/@inline\b/g, PLACEHOLDER), options),
  },
};

export const printers = {
  [AST_FORMAT]: {
    ...printer,
    /** @type {typeof printer.printComment} */
    printComment: (path, options) =>
      `/*${path.node.value}*/` === PLACEHOLDER ? DECORATOR : (printer.printComment?.(path, options) ?? ""),
  },
};
