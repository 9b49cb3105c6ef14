/** Where the claims about examples stand. */
import type { Quote } from "../claim";

/** A part of an example's comments. */
export function exampleText(name: string, quote: string): Quote {
  return { file: `examples/${name}.rnn.json`, quote };
}

/** A part of the list of examples. */
export function readmeText(quote: string): Quote {
  return { file: "examples/README.md", quote };
}

/** A part of README.md. */
export function pageText(quote: string): Quote {
  return { file: "README.md", quote };
}

export function walkthroughText(quote: string): Quote {
  return { file: "package.nls.json", quote };
}
