import { scanOptions } from '../match/options.js';
import { unwrapOf } from '../unwrap/unwrap.js';
import { render, type Word } from '../word.js';
import type { Directories } from './paths.js';
import { identify } from './program.js';
import { applyRule } from './rules.js';
import type { Vetter } from './vetter.js';

interface Normal {
  readonly words: readonly Word[];
  readonly directory: Word | undefined;
}

/** Takes away the options that stand between a program and its subcommand, where they do no harm. */
function withoutProgramOptions(vetter: Vetter, name: string, words: readonly Word[]): Normal {
  const options = vetter.policy.programs.get(name);
  if (options === undefined || words[1] === undefined) return { words, directory: undefined };
  const first = words[1];
  if (typeof first === 'string' && !first.startsWith('-')) return { words, directory: undefined };
  const scanned = scanOptions(words.slice(1), options, true);
  if (scanned === undefined) return { words, directory: undefined };
  const directories = scanned.uses.filter(({ detail }) => detail.value === 'cwd');
  // Several of them add up; no tool needs that.
  if (directories.length > 1) return { words, directory: undefined };
  return { words: [name, ...scanned.operands], directory: directories[0]?.value };
}

/** Vets one command that is not known to be a function or an alias. */
export function vetCommand(
  vetter: Vetter,
  directories: () => Directories,
  words: readonly Word[],
  stdin: Word | undefined,
): void {
  const [first] = words;
  const subject = render(words);
  if (first === undefined) return;
  if (typeof first !== 'string') {
    vetter.ask(subject, 'the program is known only when the command runs');
    return;
  }
  const program = identify(first, vetter.policy.executables, vetter.context);
  const through = unwrapOf(program.name)?.(vetter, words, stdin);
  let decided = through === 'seen';
  const rules = vetter.policy.byProgram.get(program.name);
  if (rules !== undefined) {
    const normal = withoutProgramOptions(vetter, program.name, words);
    const apply = (): void => {
      for (const rule of rules) {
        if (rule.rule.fallback === true && decided) return;
        if (applyRule(vetter, directories(), rule, normal.words, subject)) decided = true;
      }
    };
    if (normal.directory === undefined) apply();
    else vetter.within(normal.directory, apply);
  }
  if (!decided) vetter.ask(subject, 'no rule matches');
  else if (program.doubt !== undefined) vetter.ask(subject, program.doubt);
}
