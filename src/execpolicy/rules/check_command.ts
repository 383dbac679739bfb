import {
  checkFields,
  checkList,
  checkObject,
  checkOneOf,
  checkText,
  type Place,
  refuse,
  show,
} from './check.js';

const operandKinds = ['text', 'number', 'read', 'write', 'cwd', 'url', 'host', 'sed', 'awk'];
const optionKinds = ['flag', 'optional', ...operandKinds];
const operand = new RegExp(`^(?:${operandKinds.join('|')})[?*+]?$`);
const optionName = /^(?:\*|-[^-=\s]|--?[A-Za-z0-9][A-Za-z0-9_.-]*)$/;
const method = /^(?:value|[A-Z]+)$/;

/** A word of a pattern. Examples and programs may have any character but NUL and line ends. */
function checkWord(place: Place, value: unknown): void {
  checkText(place, value);
}

function checkElement(place: Place, value: unknown): void {
  if (Array.isArray(value)) checkList(place, value, checkWord);
  else checkWord(place, value);
}

function checkExample(place: Place, value: unknown): void {
  if (typeof value === 'string') {
    if (value.trim() === '') refuse(place, 'must not be blank.');
    return;
  }
  checkList(place, value, (at, word) => {
    if (typeof word !== 'string') refuse(at, `must be a text, not ${show(word)}.`);
  });
}

function checkOperand(place: Place, value: unknown): void {
  if (Array.isArray(value)) {
    checkList(place, value, checkWord);
    return;
  }
  if (typeof value !== 'string' || !operand.test(value))
    refuse(place, `must be one of ${operandKinds.join(', ')}, with ?, * or + after it, not ${show(value)}.`);
}

function checkOperands(place: Place, value: unknown): void {
  checkList(place, value, checkOperand, 0);
  const many = value.filter((one) => typeof one === 'string' && /[*+]$/.test(one));
  if (many.length > 1)
    refuse(place, 'has two operands that repeat, so where the first ends is not decided. Keep one.');
}

export function checkAccess(place: Place, value: unknown): void {
  checkObject(place, value, [], ['read', 'write']);
  checkFields(place, value, {
    read: (at, list) => {
      checkList(at, list, checkText);
    },
    write: (at, list) => {
      checkList(at, list, checkText);
    },
  });
}

function checkOption(place: Place, value: unknown): void {
  if (typeof value === 'string') {
    checkOneOf(place, value, optionKinds);
    return;
  }
  checkObject(place, value, ['value'], ['access', 'method']);
  checkFields(place, value, {
    value: (at, kind) => {
      checkOneOf(at, kind, optionKinds);
    },
    access: checkAccess,
    method: (at, text) => {
      if (typeof text !== 'string' || !method.test(text))
        refuse(at, `must be a method in capitals or "value", not ${show(text)}.`);
    },
  });
}

/** What makes `*` unsound: a value that is taken for an operand could hide an option that writes. */
function isHarmless(option: unknown): boolean {
  const value: unknown =
    typeof option === 'object' && option !== null && 'value' in option ? option.value : option;
  return (
    (value === 'flag' ||
      value === 'optional' ||
      value === 'text' ||
      value === 'number' ||
      value === 'read') &&
    !(typeof option === 'object' && option !== null && 'access' in option)
  );
}

export function checkOptions(place: Place, value: unknown): void {
  checkObject(place, value, [], typeof value === 'object' && value !== null ? Object.keys(value) : []);
  for (const [name, option] of Object.entries(value)) {
    const at = `${place}[${show(name)}]`;
    if (!optionName.test(name))
      refuse(at, 'is not the spelling of an option. Write "-o", "--output" or "*".');
    checkOption(at, option);
    if (name === '*' && option !== 'flag')
      refuse(at, 'must be "flag": the options that it stands for are not known.');
    if ('*' in value && !isHarmless(option))
      refuse(
        at,
        'cannot stand beside "*", which is for programs whose options are all harmless. List every option.',
      );
  }
}

function checkBoolean(place: Place, value: unknown): void {
  checkOneOf(place, value, [true, false]);
}

export const rulingKeys = ['id', 'decision', 'justification'];

const id = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

export function checkId(place: Place, value: unknown): void {
  if (typeof value !== 'string' || !id.test(value))
    refuse(place, `must be words of small letters and digits with "-" between them, not ${show(value)}.`);
}

export const rulingChecks = {
  id: checkId,
  decision: (place: Place, value: unknown): void => {
    checkOneOf(place, value, ['allow', 'ask', 'deny']);
  },
  justification: checkText,
  suggestion: checkText,
};

const optional = [
  'suggestion',
  'exact',
  'options',
  'operands',
  'optionsFirst',
  'contains',
  'touches',
  'access',
  'fallback',
  'match',
  'notMatch',
];

/** The shape of a command rule, and that its parts do not contradict each other. */
export function checkCommandRule(place: Place, value: unknown): void {
  checkObject(place, value, [...rulingKeys, 'pattern'], optional);
  const closed = value['options'] !== undefined || value['operands'] !== undefined;
  checkFields(place, value, {
    ...rulingChecks,
    pattern: (at, list) => {
      checkList(at, list, checkElement);
    },
    exact: checkBoolean,
    options: checkOptions,
    operands: checkOperands,
    optionsFirst: checkBoolean,
    contains: (at, list) => {
      checkList(at, list, checkElement);
    },
    touches: (at, list) => {
      checkList(at, list, checkText);
    },
    access: checkAccess,
    fallback: checkBoolean,
    match: (at, list) => {
      checkList(at, list, checkExample);
    },
    notMatch: (at, list) => {
      checkList(at, list, checkExample);
    },
  });
  if (
    value['exact'] === true &&
    (closed || value['contains'] !== undefined || value['touches'] !== undefined)
  )
    refuse(
      place,
      'exact leaves nothing after the pattern for options, operands, contains or touches to be about.',
    );
  if (value['fallback'] === true && value['decision'] !== 'ask')
    refuse(place, 'a fallback must ask: rules of other files would silently take its place.');
  if (closed && value['contains'] !== undefined)
    refuse(place, 'contains is for rules that let anything follow. List the options instead.');
}
