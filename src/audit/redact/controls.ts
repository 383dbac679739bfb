import { type Step } from './text.js';

// Controls but tab and newline, DEL and C1, and what changes the direction or hides: a log is also read in terminals.
const hidden = new RegExp(
  String.raw`[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]`,
  'g',
);
const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

// Colours and other orders to a terminal, whole: what is left of one would stick to the word behind it and hide that from other steps.
const orders = new RegExp(
  String.raw`\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z^_])`,
  'g',
);

/** Removes orders to a terminal. */
export const removeOrders: Step = (text) => (text.includes('\u001b') ? text.replace(orders, '') : text);

// Anything but printable ASCII, tab and newline: only then the two above have something to do.
const unusual = /[^\t\n -~]/;

function visible(char: string): string {
  const code = char.charCodeAt(0);
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Writes out what a terminal or a page would act on instead of showing. */
export const showControls: Step = (text) =>
  unusual.test(text) ? text.replace(hidden, visible).replace(lone, visible) : text;
