import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** What stands at the left end of a chain of calls and properties: `test` of `test.each(rows)(title, body)`. */
function rootOf(expression: ts.Expression): string {
  if (ts.isCallExpression(expression) || ts.isPropertyAccessExpression(expression)) {
    return rootOf(expression.expression);
  }
  return ts.isIdentifier(expression) ? expression.text : '';
}

function textOf(node: ts.Node | undefined, file: ts.SourceFile): string | undefined {
  if (node === undefined) return undefined;
  if (ts.isStringLiteralLike(node)) return node.text;
  return ts.isTemplateExpression(node) ? node.getText(file).slice(1, -1) : undefined;
}

/** The titles of a file's tests and groups as they are written, and the names of the rows of each `test.each`. */
export function titlesOf(url: URL): string[] {
  const file = ts.createSourceFile(url.pathname, readFileSync(url, 'utf8'), ts.ScriptTarget.Latest, true);
  const titles = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ['test', 'describe'].includes(rootOf(node.expression))) {
      let first: ts.Node | undefined = node.arguments[0];
      if (first !== undefined && ts.isAsExpression(first)) first = first.expression;
      const rows = first !== undefined && ts.isArrayLiteralExpression(first) ? first.elements : [];
      const names = [...rows].map((row) => (ts.isArrayLiteralExpression(row) ? row.elements[0] : undefined));
      for (const each of [first, ...names]) {
        const text = textOf(each, file);
        if (text !== undefined) titles.add(text);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...titles];
}
