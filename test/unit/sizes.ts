/** Measures what makes a unit of code hard to read: long functions, classes with much in them, long lines. */
import ts from "typescript";

/** A function, or a class. */
interface Unit {
  /**
   * As a reader would search for it: its own name, and for what has none the name of what it is assigned or passed to.
   */
  readonly name: string;
  readonly line: number;
}

export interface FunctionSize extends Unit {
  /** From the first line of the function to its last, without the comment above it. */
  readonly lines: number;
  /** "suite": the callback of `describe`, which groups tests. "test": the body of one test. */
  readonly role: "function" | "test" | "suite";
}

export interface ClassSize extends Unit {
  /** Properties of an instance, those that the constructor declares among its parameters included. */
  readonly fields: number;
  /** Methods, accessors and properties that other code can reach, static ones included; a get/set pair counts once. */
  readonly publicMembers: number;
}

export interface LongLine {
  readonly line: number;
  readonly columns: number;
  /** Its length is that of one literal, which cannot go on in another line. */
  readonly isLiteral: boolean;
}

export const MAX_COLUMNS = 120;

/** What may stand on a line around the one literal that makes it long: a tag, brackets, separators. */
const AROUND_LITERAL = 32;

export function parse(text: string, fileName: string): ts.SourceFile {
  return ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true);
}

export function collectFunctions(file: ts.SourceFile): FunctionSize[] {
  const sizes: FunctionSize[] = [];
  visit(file, (node) => {
    if (!ts.isFunctionLike(node) || !("body" in node) || node.body === undefined) return;
    const line = lineOf(file, node.getStart(file));
    sizes.push({ name: nameOf(node, file), line, lines: lineOf(file, node.end) - line + 1, role: roleOf(node) });
  });
  return sizes;
}

export function collectClasses(file: ts.SourceFile): ClassSize[] {
  const sizes: ClassSize[] = [];
  visit(file, (node) => {
    if (!ts.isClassLike(node)) return;
    const constructor = node.members.find(ts.isConstructorDeclaration);
    const declared = (constructor?.parameters ?? []).filter((parameter) =>
      ts.isParameterPropertyDeclaration(parameter, parameter.parent),
    );
    const properties = node.members.filter((member) => ts.isPropertyDeclaration(member) && !isStatic(member));
    const reachable = [...node.members, ...declared].filter(
      (member) => !ts.isConstructorDeclaration(member) && member.name !== undefined && !isHidden(member),
    );
    sizes.push({
      name: node.name?.text ?? "(class)",
      line: lineOf(file, node.getStart(file)),
      fields: properties.length + declared.length,
      publicMembers: new Set(reachable.map((member) => member.name?.getText(file))).size,
    });
  });
  return sizes;
}

/** @param file null for what is no TypeScript or JavaScript: no line of it is one literal */
export function collectLongLines(text: string, file: ts.SourceFile | null): LongLine[] {
  const lines = text.split("\n").map((line) => line.trimEnd());
  const long = lines.flatMap((line, index) =>
    line.length > MAX_COLUMNS ? [{ line: index + 1, columns: line.length }] : [],
  );
  if (file === null || long.length === 0) return long.map((line) => ({ ...line, isLiteral: false }));
  const literals = new Map<number, number>();
  visit(file, (node) => {
    if (!isLiteral(node)) return;
    const [first, last] = [lineOf(file, node.getStart(file)), lineOf(file, node.end)];
    for (let line = first; line <= last; line++) {
      const from = Math.max(node.getStart(file), file.getPositionOfLineAndCharacter(line - 1, 0));
      const to = Math.min(node.end, file.getPositionOfLineAndCharacter(line - 1, 0) + lines[line - 1]!.length);
      literals.set(line, Math.max(literals.get(line) ?? 0, to - from));
    }
  });
  return long.map((line) => {
    const code = lines[line.line - 1]!.trim().length;
    return { ...line, isLiteral: code - (literals.get(line.line) ?? 0) <= AROUND_LITERAL };
  });
}

function isLiteral(node: ts.Node): boolean {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node) || ts.isRegularExpressionLiteral(node);
}

/** Every node below, from the outside in. */
function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  ts.forEachChild(node, (child) => {
    see(child);
    visit(child, see);
  });
}

function lineOf(file: ts.SourceFile, position: number): number {
  return file.getLineAndCharacterOfPosition(position).line + 1;
}

function isStatic(member: ts.PropertyDeclaration): boolean {
  return member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) ?? false;
}

function isHidden(member: ts.ClassElement | ts.ParameterDeclaration): boolean {
  const hiding = [ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword];
  const modifiers = ts.canHaveModifiers(member) ? (member.modifiers ?? []) : [];
  return (
    (member.name !== undefined && ts.isPrivateIdentifier(member.name)) ||
    modifiers.some(({ kind }) => hiding.includes(kind))
  );
}

function nameOf(node: ts.Node, file: ts.SourceFile): string {
  if (ts.isConstructorDeclaration(node)) return `new ${(node.parent as ts.ClassLikeDeclaration).name?.text ?? ""}`;
  const own = (node as { name?: ts.Node }).name;
  if (own !== undefined) return own.getText(file);
  const { parent } = node;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent))
    return parent.name.getText(file);
  if (!ts.isCallExpression(parent)) return "(function)";
  const title = parent.arguments[0];
  return title !== undefined && ts.isStringLiteralLike(title) ? title.text : callee(parent).getText(file);
}

/** `test` of `test(…)`, `test.each(…)(…)` and `test.skipIf(…)(…)` */
function callee(call: ts.CallExpression): ts.Expression {
  let expression: ts.Expression = call.expression;
  for (;;) {
    if (ts.isCallExpression(expression) || ts.isPropertyAccessExpression(expression))
      expression = expression.expression;
    else return expression;
  }
}

function roleOf(node: ts.Node): FunctionSize["role"] {
  if (!ts.isCallExpression(node.parent)) return "function";
  const called = callee(node.parent);
  if (!ts.isIdentifier(called)) return "function";
  if (["describe", "suite"].includes(called.text)) return "suite";
  return ["test", "it"].includes(called.text) ? "test" : "function";
}
