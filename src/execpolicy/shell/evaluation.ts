import type { ParameterExpansionPart, SyntaxNode, WordNode } from './unbash.js';

const comparison = /^-(?:eq|ne|lt|le|gt|ge)$/;
const integer = /^\s*-?\d+\s*$/;

/** A subscript that is not calculated. */
export function isPlainSubscript({ text }: WordNode): boolean {
  return /^(?:\d+|[@*])$/.test(text);
}

function evaluatesParameter({ prefix, index, operation }: ParameterExpansionPart): boolean {
  // `${!x}` takes the value of x for a name, which may have a subscript.
  if (prefix === '!' && operation?.type !== 'Names') return true;
  if (index !== undefined && !isPlainSubscript(index)) return true;
  switch (operation?.type) {
    case 'Transform':
    case 'Unknown':
      return true;
    case 'Slice':
      return ![operation.offset, operation.length].every(
        (one) => one === undefined || integer.test(one.text),
      );
    case 'Default':
    case 'Remove':
    case 'Replace':
    case 'CaseModification':
    case 'Names':
    case undefined:
      return false;
  }
}

/** Whether bash calculates with this node, and thereby with the values of variables: those can name a subscript, which can run commands. */
export function evaluates(node: SyntaxNode): boolean {
  if (node.type === 'ParameterExpansion') return evaluatesParameter(node);
  if (node.type === 'ArithmeticWord') return !/^\d+$/.test(node.value);
  if (node.type === 'TestUnary') return node.operator === '-v' || node.operator === '-R';
  if (node.type !== 'TestBinary' || !comparison.test(node.operator)) return false;
  return !integer.test(node.left.text) || !integer.test(node.right.text);
}
