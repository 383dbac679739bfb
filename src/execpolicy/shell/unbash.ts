import { forEachChild, parse, type ParsedScript, type SyntaxNode } from 'unbash';

/** The one file that knows the parser. Its tree is tolerant: `errors` and `coverage.ts` say what it could not use. */
export type {
  Assignment,
  Command,
  CompoundList,
  Function as FunctionNode,
  ParameterExpansionPart,
  ParsedScript,
  Redirection as RedirectionNode,
  Statement,
  SyntaxNode,
  Word as WordNode,
  WordPart,
} from 'unbash';

/** Parses a line of bash. May throw on hostile input. */
export function parseLine(line: string): ParsedScript {
  return parse(line);
}

/** The direct children of a node, in no order that may be relied on. */
export function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const children: SyntaxNode[] = [];
  forEachChild(node, (child) => {
    children.push(child);
  });
  return children;
}
