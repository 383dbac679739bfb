import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const source = readFileSync(new URL('../../src/errors.ts', import.meta.url), 'utf8');
const docs = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');

/** The members of the `ErrorCode` union. */
function codesOfType(): readonly string[] {
  const codes: string[] = [];
  const file = ts.createSourceFile('errors.ts', source, ts.ScriptTarget.Latest);
  file.forEachChild((node) => {
    if (!ts.isTypeAliasDeclaration(node) || node.name.text !== 'ErrorCode' || !ts.isUnionTypeNode(node.type))
      return;
    for (const member of node.type.types) {
      if (ts.isLiteralTypeNode(member) && ts.isStringLiteral(member.literal)) codes.push(member.literal.text);
    }
  });
  return codes;
}

const rows = docs.split('\n').filter((line) => line.startsWith('| `ERR_'));

describe('docs/errors.md', () => {
  it('has one row for every code, and no other', () => {
    const documented = rows.map((row) => /`(ERR_[A-Z_]+)`/.exec(row)?.[1] ?? '');
    expect(codesOfType().length).toBeGreaterThan(10);
    expect([...documented].sort()).toEqual([...codesOfType()].sort());
  });

  it('says for each what it means and how to fix it', () => {
    for (const row of rows) {
      const cells = row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      expect(cells).toHaveLength(4);
      for (const cell of cells) expect(cell.length).toBeGreaterThan(0);
    }
  });
});
