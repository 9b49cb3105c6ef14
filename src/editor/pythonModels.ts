/** Lines of Python that make a recurrent module of PyTorch. Pure; reads the text once, and no more than it has to. */

const MAX_CHARACTERS = 2 ** 20;
const TYPES = "(?:LSTM|GRU|RNN)(?:Cell)?";
/** `from torch.nn import LSTM, GRU as G`, also over several lines in parentheses. */
const FROM_IMPORT = /^[ \t]*from[ \t]+torch\.nn[ \t]+import[ \t]+(?:\(([^)]*)\)|([^\n#]*))/gm;
/** `import torch.nn as tnn` and `from torch import nn as tnn`. */
const MODULE_ALIAS =
  /^[ \t]*(?:import[ \t]+torch\.nn[ \t]+as|from[ \t]+torch[ \t]+import[ \t]+nn[ \t]+as)[ \t]+(\w+)/gm;

/** Zero-based, in order. None where the script watches its model already. */
export function findModelLines(text: string): readonly number[] {
  if (text.length > MAX_CHARACTERS || !text.includes("torch") || /\brnnlab_probe\b/.test(text)) return [];
  const code = withoutStrings(text);
  const made = new RegExp(`(?<![\\w.])(?:${makers(code).join("|")})\\s*\\(`);
  return code.split("\n").flatMap((line, index) => (made.test(line) ? [index] : []));
}

/** Expressions for what makes a module under the names that the script has imported. */
function makers(code: string): string[] {
  const modules = ["torch\\.nn", "nn", ...[...code.matchAll(MODULE_ALIAS)].map(([, alias = ""]) => alias)];
  const classes = [...code.matchAll(FROM_IMPORT)].flatMap(([, inParentheses, onLine]) =>
    (inParentheses ?? onLine ?? "").split(",").flatMap((entry) => {
      const [name = "", , alias] = entry.trim().split(/\s+/);
      return new RegExp(`^${TYPES}$`).test(name) ? [alias ?? name] : [];
    }),
  );
  return [`(?:${modules.join("|")})\\.${TYPES}`, ...classes.filter((name) => /^\w+$/.test(name))];
}

/** Comments and strings are blank, so that what they say makes nothing; lines stay where they are. */
function withoutStrings(text: string): string {
  return text.replace(
    /#[^\n]*|"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?/g,
    (found) => found.replace(/[^\n]/g, " "),
  );
}
