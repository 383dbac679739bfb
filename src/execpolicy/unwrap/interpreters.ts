import { render } from '../word.js';
import type { Unwrap } from '../vet/vetter.js';

// Interpreters, and the options after which their code follows.
const inline: Readonly<Record<string, RegExp>> = {
  python: /^-[A-Za-z]*c/,
  node: /^(?:-[a-z]*[ep]|--eval|--print|-r|--require|--import)/,
  deno: /^eval$/,
  bun: /^(?:-e|--eval|-p|--print)/,
  perl: /^-[A-Za-z0-9]*[eEMm]/,
  ruby: /^-[A-Za-z0-9]*[er]/,
  php: /^-[A-Za-z]*[rBRE]/,
  lua: /^-[el]/,
  Rscript: /^-e/,
  osascript: /^-e/,
  ghc: /^-e/,
  tclsh: /^-c/,
};

function unwrapInline(option: RegExp): Unwrap {
  return (vetter, words) => {
    if (!words.slice(1).some((word) => typeof word !== 'string' || option.test(word))) return undefined;
    vetter.ask(render(words), 'code on the command line can do anything, and is not vetted');
    return 'seen';
  };
}

const byName = new Map(
  Object.entries(inline).map(([name, option]): [string, Unwrap] => [name, unwrapInline(option)]),
);

/** `python3.12` is python. */
export function interpreterUnwrap(name: string): Unwrap | undefined {
  return byName.get(name) ?? byName.get(name.replace(/(?:js|-?\d[\d.]*)$/, ''));
}
