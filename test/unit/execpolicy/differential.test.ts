import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readShell } from '../../../src/execpolicy/shell/read_shell.js';
import { check } from './context.js';
import { readCorpus } from './corpus.js';
import { mutated, pick, randomLine, seeded } from './random.js';

const bash = spawnSync('bash', ['--version'], { encoding: 'utf8' });
const seed = Number(process.env['MOATED_SEED'] ?? 7);

/** Runs a bash program over many inputs, which are apart by NUL, in an empty directory. */
function overInputs(program: string, inputs: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'moated-bash-'));
  try {
    const ran = spawnSync('bash', ['-c', program], {
      ...{
        cwd: folder,
        input: inputs.map((one) => `${one}\0`).join(''),
        encoding: 'utf8',
        maxBuffer: 2 ** 26,
      },
      env: { PATH: process.env['PATH'], LANG: 'C.UTF-8' },
    });
    expect(ran.status).toBe(0);
    return ran.stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether bash accepts each line. Nothing of it runs. */
function accepted(lines: readonly string[]): readonly boolean[] {
  const program =
    'while IFS= read -r -d \'\' line; do if bash -n -c "$line" 2>/dev/null >/dev/null; then echo 1; else echo 0; fi; done';
  return overInputs(program, lines)
    .trim()
    .split('\n')
    .map((one) => one === '1');
}

describe.skipIf(bash.status !== 0)('the parser against bash', () => {
  it('never allows what bash does not accept', () => {
    const random = seeded(seed);
    const corpus = readCorpus().filter(({ dialect }) => dialect === 'sh');
    const lines = corpus.map(({ command }) => command);
    for (let count = 0; count < Number(process.env['MOATED_LINES'] ?? 400); count += 1) {
      lines.push(randomLine(random), mutated(random, pick(random, corpus).command));
    }
    const told = accepted(lines);
    let rejected = 0;
    let unparsed = 0;
    const wrong: string[] = [];
    for (const [index, line] of lines.entries()) {
      const doubtful = readShell(line, true, '/home/user').doubts.length > 0;
      const { decision } = check(line);
      if (told[index] === false) rejected += 1;
      else if (doubtful) unparsed += 1;
      if (decision === 'allow' && (told[index] === false || doubtful)) wrong.push(line);
    }
    console.log(
      `differential: ${lines.length} lines, bash rejects ${rejected}, accepted by bash and doubted by us ${unparsed}, allowed wrongly ${wrong.length}, seed ${seed}`,
    );
    expect(told).toHaveLength(lines.length);
    expect(rejected).toBeGreaterThan(200);
    expect(wrong).toEqual([]);
  });

  it('reads the same words as bash', () => {
    const random = seeded(seed + 1);
    const parts = [
      'a',
      'B',
      '7',
      '-',
      '.',
      '/',
      '\\ ',
      "\\'",
      '\\"',
      '\\\\',
      '\\$',
      '\\a',
      '\\\n',
      "'a b'",
      "''",
      "'\\'",
      '"a b"',
      '"\\$x"',
      '"\\a"',
      '"\\\\"',
      '"\'"',
      '""',
      "$'\\x41\\n'",
      "$'\\''",
      '#',
      '=',
      '%',
      ',',
      ':',
      '@',
      '+',
      '^',
      '\u00e9',
      ']',
      '"\\\n"',
      '}',
      'do',
      '!',
    ];
    const lines: string[] = [];
    for (let count = 0; count < 1500; count += 1) {
      const words: string[] = [];
      for (let word = 0; word < 3; word += 1) {
        let text = '';
        for (let part = 1 + Math.floor(random() * 5); part > 0; part -= 1) text += pick(random, parts);
        words.push(text);
      }
      lines.push(words.join(' '));
    }
    // What bash makes of the words, apart by unit separators; one record a line, apart by record separators.
    const program =
      "while IFS= read -r -d '' line; do eval \"printf '%s\\x1f' $line\" 2>/dev/null; printf '\\x1e'; done";
    const records = overInputs(program, lines).split('\u001e');
    let compared = 0;
    for (const [index, line] of lines.entries()) {
      const { steps, doubts } = readShell(`printf ${line}`, true, undefined);
      const [step] = steps;
      if (doubts.length > 0 || step?.type !== 'command') continue;
      const words = step.words.slice(1);
      // Without a word, printf prints as much as with an empty one.
      if (words.length === 0 || !words.every((word) => typeof word === 'string')) continue;
      compared += 1;
      expect([line, ...words], `seed ${seed + 1}`).toEqual([
        line,
        ...(records[index] ?? '').split('\u001f').slice(0, -1),
      ]);
    }
    console.log(`words: ${compared} of ${lines.length} lines compared with bash, seed ${seed + 1}`);
    expect(compared).toBeGreaterThan(1000);
  });
});
