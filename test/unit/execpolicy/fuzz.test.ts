import { describe, expect, it } from 'vitest';
import { isSandboxError } from '../../../src/errors.js';
import { loadPolicies, parsePolicy } from '../../../src/execpolicy/rules/load.js';
import { defaultPolicy } from '../../../src/execpolicy/defaults/policy.js';
import { check } from './context.js';
import { readCorpus } from './corpus.js';
import { mutated, pick, randomLine, seeded } from './random.js';

const seed = Number(process.env['MOATED_SEED'] ?? 11);
const dialects = ['sh', 'bash', 'zsh', 'powershell', 'cmd'] as const;

/** Commands that are denied wherever they stand, as plain words. */
const denied = [
  ['rm', '-rf', '/'],
  ['cp', 'x', '/etc/passwd'],
  ['sudo', 'ls'],
  ['cat', '/etc/shadow'],
  ['mkfs.ext4', '/dev/sda1'],
  ['chmod', 'u+s', 'x'],
  ['git', 'push', '--force'],
  ['curl', 'https://example.com'],
];

/** Spellings of a word that every shell reads as the same word. */
function respelled(random: () => number, word: string): string {
  let text = '';
  for (const letter of word) {
    const kind = random();
    if (kind < 0.55) text += letter;
    else if (kind < 0.65) text += `'${letter}'`;
    else if (kind < 0.75) text += `"${letter}"`;
    else if (kind < 0.85) text += `\\${letter}`;
    else if (kind < 0.9) text += `''${letter}`;
    else if (kind < 0.95) text += `\\\n${letter}`;
    else text += `${letter}""`;
  }
  return text;
}

const blanks = [' ', '  ', '\t', ' \\\n ', ' \\\n'];
const around: readonly ((line: string) => string)[] = [
  (line) => line,
  (line) => `${line} # comment`,
  (line) => `# comment\n${line}`,
  (line) => `${line};`,
  (line) => `  ${line}  \n`,
  (line) => `ls; ${line}`,
  (line) => `ls && ${line} || true`,
  (line) => `ls | ${line}`,
  (line) => `( ${line} )`,
  (line) => `{ ${line}; }`,
  (line) => `! ${line}`,
  (line) => `if ls; then ${line}; fi`,
  (line) => `for i in a; do ${line}; done`,
  (line) => `f() { ${line}; }; f`,
  (line) => `echo "$(${line})"`,
  (line) => `x=$(${line})`,
  (line) => `cat <<EOF\n$(${line})\nEOF`,
  (line) => `sh <<'EOF'\n${line}\nEOF`,
  (line) => `env ${line}`,
  (line) => `env LANG=C nice timeout 5 ${line}`,
  (line) => `command ${line}`,
  (line) => `exec ${line}`,
  (line) => `eval ${line}`,
  (line) => `${line} > /dev/null 2>&1`,
  (line) => `2>/dev/null ${line}`,
  (line) => `LANG=C ${line}`,
  (line) => `find . -exec ${line} \\;`,
  (line) => `${line} &`,
];

describe('no input', () => {
  it('throws, whatever the language', () => {
    const random = seeded(seed);
    const corpus = readCorpus();
    const counts: Record<string, number> = { allow: 0, ask: 0, deny: 0 };
    for (let count = 0; count < 12_000; count += 1) {
      const line = random() < 0.5 ? randomLine(random) : mutated(random, pick(random, corpus).command);
      const { decision, findings } = check(line, 'workspace-write', pick(random, dialects));
      counts[decision]! += 1;
      if (findings.length === 0) expect(decision).toBe('ask');
    }
    console.log(
      `fuzz: 12000 lines, ${counts['allow']} allow, ${counts['ask']} ask, ${counts['deny']} deny, seed ${seed}`,
    );
  });

  it('throws as random characters or words', () => {
    const random = seeded(seed + 1);
    const text = (): string =>
      Array.from({ length: Math.floor(random() * 30) }, () =>
        String.fromCharCode(Math.floor(random() * (random() < 0.9 ? 128 : 65536))),
      ).join('');
    for (let count = 0; count < 6000; count += 1) {
      expect(['allow', 'ask', 'deny']).toContain(check(text()).decision);
      expect(['allow', 'ask', 'deny']).toContain(
        check([pick(random, ['ls', 'git', 'sh', 'find', 'env', 'curl', text()]), text(), text()]).decision,
      );
    }
  });

  it('throws however deep it is', () => {
    const deep = [
      ...['$(', '(', '{ ', '`', '"$(', 'f() { ', 'if ', '${x:-', '$((', '<('].map((open) =>
        open.repeat(5000),
      ),
      'env '.repeat(9000),
      `${'env '.repeat(9000)}rm -rf /`,
      'sh -c "'.repeat(500),
      'a;'.repeat(30_000),
      `echo ${'a '.repeat(32_000)}`,
      `echo ${'{a,b}'.repeat(10_000)}`,
      'x'.repeat(70_000),
    ];
    for (const line of deep) {
      const { decision } = check(line);
      // Long lines of plain words are understood.
      expect([line.slice(0, 40), decision]).toEqual([
        line.slice(0, 40),
        line.startsWith('echo') ? 'allow' : 'ask',
      ]);
    }
  });

  it('as a policy throws anything but a typed error', () => {
    const random = seeded(seed + 2);
    const text = JSON.stringify(defaultPolicy);
    let refused = 0;
    for (let count = 0; count < 250; count += 1) {
      const at = Math.floor(random() * text.length);
      const broken =
        text.slice(0, at) +
        pick(random, ['', '"', '}', ']', ',', '0', 'null', '\\', 'allow', '*', '-']) +
        text.slice(at + Math.floor(random() * 3));
      try {
        loadPolicies([parsePolicy({ name: 'broken', text: broken })]);
      } catch (error) {
        refused += 1;
        if (!isSandboxError(error) || error.code !== 'ERR_POLICY_INVALID') throw error;
      }
    }
    console.log(`fuzz: 250 broken policies, ${refused} refused, seed ${seed + 2}`);
    expect(refused).toBeGreaterThan(50);
  });
});

describe('what is denied', () => {
  it('stays denied however it is spelled and wherever it stands', () => {
    const random = seeded(seed + 3);
    let count = 0;
    for (let round = 0; round < 60; round += 1) {
      for (const words of denied) {
        for (const place of around) {
          const line = place(words.map((word) => respelled(random, word)).join(pick(random, blanks)));
          count += 1;
          const { decision } = check(line);
          if (decision !== 'deny') throw new Error(`${decision}, seed ${seed + 3}: ${JSON.stringify(line)}`);
        }
      }
    }
    console.log(`fuzz: ${count} respelled lines stay denied, seed ${seed + 3}`);
  });

  it('is never allowed with expansions, $IFS, or characters put in', () => {
    const random = seeded(seed + 4);
    const separators = [
      '$IFS',
      '${IFS}',
      '$IFS$9',
      '\u00a0',
      '\u2028',
      '$(echo)',
      '{,}',
      '\r',
      '\u200b',
      '$@',
    ];
    let asked = 0;
    let count = 0;
    for (let round = 0; round < 4000; round += 1) {
      const words = pick(random, denied);
      const separated = random() < 0.5;
      let line = words.join(separated ? pick(random, separators) : ' ');
      // Put in after the program at the earliest, so that no harmless program comes first.
      const at = words[0]!.length + Math.floor(random() * (line.length - words[0]!.length));
      if (!separated || random() < 0.5)
        line =
          line.slice(0, at) +
          pick(random, [...separators, '*', '?', '$x', '"$x"', '`x`', "$'\\x2f'"]) +
          line.slice(at);
      const { decision } = check(pick(random, around)(line));
      count += 1;
      if (decision === 'ask') asked += 1;
      if (decision === 'allow') throw new Error(`allowed, seed ${seed + 4}: ${JSON.stringify(line)}`);
    }
    console.log(
      `fuzz: ${count} lines with expansions, ${count - asked} denied, ${asked} asked, none allowed, seed ${seed + 4}`,
    );
    expect(asked).toBeLessThan(count);
  });

  it('stays denied when more is added to the line', () => {
    const random = seeded(seed + 5);
    const corpus = readCorpus().filter(
      ({ dialect, profile }) => dialect === 'sh' && profile === 'workspace-write',
    );
    const complete = corpus.filter(
      ({ command, decision }) => decision !== 'ask' && !command.includes('\n') && !command.includes('#'),
    );
    const refused = complete.filter(({ decision }) => decision === 'deny');
    for (let round = 0; round < 3000; round += 1) {
      const line = `${pick(random, complete).command} ${pick(random, ['&&', '||', '|'])} ${pick(random, refused).command}`;
      if (line.includes('& ')) continue;
      const { decision } = check(line);
      if (decision === 'allow') throw new Error(`allowed: ${JSON.stringify(line)}`);
    }
  });
});
