import { childrenOf, type SyntaxNode } from './unbash.js';

// What may stand between the parts of a node.
const comment = String.raw`#[^\n]*(?:\n|$)`;
const space = String.raw`\s|\\\n|${comment}`;
const only = (...more: readonly string[]): RegExp => new RegExp(`^(?:${[space, ...more].join('|')})*$`);
const between: Readonly<Partial<Record<SyntaxNode['type'], RegExp>>> = {
  Script: only('[;&]'),
  CompoundList: only('[;&]'),
  Statement: only('[;&]'),
  Command: /^(?:[ \t]|\\\n)*$/,
  Redirected: /^(?:[ \t]|\\\n)*$/,
  AndOr: new RegExp(`^(?:${space})*(?:&&|\\|\\|)?(?:${space})*$`),
  Pipeline: new RegExp(`^(?:${space})*(?:\\|&?)?(?:${space})*$`),
  Subshell: new RegExp(`^(?:${space}|;)*[()]?(?:${space}|;)*$`),
  BraceGroup: only('[;&{}]'),
  If: only('[;&]', 'if', 'then', 'else', 'fi'),
  Elif: only('[;&]', 'elif', 'then'),
  While: only('[;&]', 'while', 'until', 'do', 'done'),
  For: only('[;&{}]', 'for', 'in', 'do', 'done'),
  Select: only('[;&{}]', 'select', 'in', 'do', 'done'),
  Case: only('case', 'in', 'esac', ';;'),
  CaseItem: only('[()|;&]'),
  Function: only('function', String.raw`\(\s*\)`),
};

/** A piece of the source. */
export interface Span {
  readonly pos: number;
  readonly end: number;
}

/**
 * Whether a node has characters that none of its children covers and that do not belong there: the parser passes over what it cannot use.
 * The text of here-documents stands between nodes.
 */
export function hasGap(node: SyntaxNode, source: string, heredocs: readonly Span[]): boolean {
  const allowed = between[node.type];
  if (allowed === undefined) return false;
  const parts: Span[] = [
    ...childrenOf(node),
    ...heredocs.filter(({ pos, end }) => end > node.pos && pos < node.end),
  ];
  parts.sort((a, b) => a.pos - b.pos);
  parts.push({ pos: node.end, end: node.end });
  let at = node.pos;
  for (const { pos, end } of parts) {
    if (pos > at && !allowed.test(source.slice(at, pos))) return true;
    at = Math.max(at, end);
  }
  return false;
}
