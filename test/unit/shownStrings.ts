/**
 * Finds in the host's source what a person would read and no translation can reach. Reads literals, and does not follow
 * names.
 */
import ts from "typescript";

/** Functions that show their arguments; `show` and `showFailure` are those of Notifications. */
const SHOWING = new Set([
  "showInformationMessage",
  "showWarningMessage",
  "showErrorMessage",
  "setStatusBarMessage",
  "inform",
  "showWarning",
  "confirm",
  "askForText",
  "show",
  "showFailure",
  "report",
  "separator",
]);
/** Classes whose arguments are shown. What a command throws is shown by it. */
const SHOWN_CLASSES = new Set(["TreeItem", "CodeAction", "CodeLens", "Error", "FieldError"]);
/** Functions of which one argument is shown. */
const SHOWN_ARGUMENT: Readonly<Record<string, number>> = {
  createWebviewTab: 1,
  setTabTitle: 1,
  setTreeMessage: 1,
  showDiff: 2,
  lens: 0,
};
/** Properties that are shown, given in an object or set later. */
const SHOWN_PROPERTIES = new Set([
  "title",
  "label",
  "placeHolder",
  "placeholder",
  "prompt",
  "description",
  "detail",
  "tooltip",
  "text",
  "message",
  "openLabel",
  "saveLabel",
  "contentText",
]);
/** Methods of lists and texts whose result holds what they are called on. */
const PASSING = new Set(["join", "filter", "trim"]);
/** The words of an icon are no words. */
const ICON = /\$\([\w~-]+\)/g;
const WORD = /\p{L}{2,}/u;

export interface BareString {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

export function collectBareStrings(text: string, fileName = "file.ts"): BareString[] {
  const source = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true);
  const found: BareString[] = [];
  const check = (node: ts.Node | undefined): void => {
    for (const literal of node === undefined ? [] : literalsOf(node)) {
      const words = literal.text.replaceAll(ICON, "");
      if (WORD.test(words))
        found.push({ line: source.getLineAndCharacterOfPosition(literal.getStart()).line + 1, text: words });
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const name = nameOf(node.expression);
      if (SHOWING.has(name)) node.arguments.forEach(check);
      const index = SHOWN_ARGUMENT[name];
      if (index !== undefined) check(node.arguments[index]);
    } else if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === "iconText") check(node.template);
    else if (ts.isNewExpression(node) && SHOWN_CLASSES.has(nameOf(node.expression))) node.arguments?.forEach(check);
    else if (ts.isPropertyAssignment(node) && SHOWN_PROPERTIES.has(node.name.getText())) check(node.initializer);
    else if (
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
      ts.isPropertyAccessExpression(node.left) &&
      SHOWN_PROPERTIES.has(node.left.name.text)
    )
      check(node.right);
    else if (ts.isArrowFunction(node) && isValidation(node)) check(node.body);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The texts that are given to vscode.l10n.t, or to l10n.t where there is no VS Code. */
export function collectTranslated(text: string, fileName = "file.ts"): string[] {
  const translated: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(?:vscode\.)?l10n\.t$/.test(node.expression.getText())) {
      const [message] = node.arguments;
      translated.push(
        message !== undefined && ts.isStringLiteral(message) ? message.text : `not a plain string: ${node.getText()}`,
      );
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true));
  return translated;
}

/** Methods that look for one text in another, or in a list. */
const COMPARING = new Set(["includes", "startsWith", "endsWith", "indexOf", "lastIndexOf", "has", "search", "match"]);

/**
 * Translated texts that are compared, which holds in one language only. Reads expressions, and does not follow names.
 */
export function collectCompared(text: string, fileName = "file.ts"): string[] {
  const compared: string[] = [];
  const check = (node: ts.Node): void => void compared.push(...collectTranslated(`(${node.getText()})`));
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && isComparison(node)) [node.left, node.right].forEach(check);
    else if (ts.isCaseClause(node)) check(node.expression);
    else if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      COMPARING.has(node.expression.name.text)
    )
      [node.expression.expression, ...node.arguments].forEach(check);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true));
  return compared;
}

/** The literal parts of what the expression may be; not those of calls and functions in it. */
function literalsOf(node: ts.Node): ts.LiteralLikeNode[] {
  if (ts.isStringLiteralLike(node)) return [node];
  if (ts.isTemplateExpression(node))
    return [
      node.head,
      ...node.templateSpans.flatMap(({ expression, literal }) => [...literalsOf(expression), literal]),
    ];
  if (ts.isConditionalExpression(node)) return [...literalsOf(node.whenTrue), ...literalsOf(node.whenFalse)];
  if (ts.isBinaryExpression(node))
    return isComparison(node) ? [] : [...literalsOf(node.left), ...literalsOf(node.right)];
  if (ts.isParenthesizedExpression(node) || ts.isSpreadElement(node)) return literalsOf(node.expression);
  if (ts.isArrayLiteralExpression(node)) return node.elements.flatMap(literalsOf);
  // [a, b].filter(Boolean).join(" · ")
  if (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    PASSING.has(node.expression.name.text)
  )
    return literalsOf(node.expression.expression);
  return [];
}

function isComparison({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return kind === ts.SyntaxKind.EqualsEqualsEqualsToken || kind === ts.SyntaxKind.ExclamationEqualsEqualsToken;
}

function isValidation({ parent }: ts.ArrowFunction): boolean {
  return ts.isCallExpression(parent) && nameOf(parent.expression) === "askForText";
}

function nameOf(expression: ts.Expression): string {
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
}
