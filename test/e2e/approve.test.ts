import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { useWorkspace } from './workspace.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const workspace = useWorkspace();
const made = (): string => join(workspace.path, 'made');
beforeEach(() => {
  rmSync(made(), { force: true });
});

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** `moated run --policy default` at a real terminal, where somebody types when they are asked. */
function atTerminal(command: readonly string[], typed: string): Promise<{ code: number; seen: string }> {
  const line = [
    process.execPath,
    main,
    'run',
    '-p',
    'workspace-write',
    '--policy',
    'default',
    '--',
    ...command,
  ];
  return new Promise((resolve, reject) => {
    const terminal = spawn('script', ['-qec', line.map(quoted).join(' '), '/dev/null'], {
      cwd: workspace.path,
    });
    let seen = '';
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (!seen.includes('[y/N]') && (seen + text).includes('[y/N]')) terminal.stdin.write(typed);
      seen += text;
    });
    terminal.on('error', reject);
    terminal.on('close', (code) => {
      resolve({ code: code ?? -1, seen });
    });
  });
}

describe('moated run --policy, at a terminal', () => {
  const command = ['python3', '-c', 'open("made", "w")'];

  it('asks, and runs what is approved', async () => {
    const { code, seen } = await atTerminal(command, 'y\n');
    expect(seen).toContain('Run it? [y/N]');
    expect(seen).toContain('"open(\\"made\\", \\"w\\")"');
    expect({ code, made: existsSync(made()) }).toEqual({ code: 0, made: true });
  });

  it.each(['n\n', '\n', 'yeah\n', '\u0004'])('does not run what is answered with %j', async (typed) => {
    const { code, seen } = await atTerminal(command, typed);
    expect({ code, made: existsSync(made()) }).toEqual({ code: 126, made: false });
    expect(seen).toContain('refused');
  });

  it('does not ask about what is allowed or denied', async () => {
    const allowed = await atTerminal(['ls'], 'n\n');
    expect({ code: allowed.code, asked: allowed.seen.includes('[y/N]') }).toEqual({ code: 0, asked: false });
    const denied = await atTerminal(['sudo', 'touch', 'made'], 'y\n');
    expect({ code: denied.code, asked: denied.seen.includes('[y/N]') }).toEqual({ code: 126, asked: false });
  });

  it('shows what a terminal would act on', async () => {
    const { seen } = await atTerminal(['python3', '-c', 'pass # \u001b[2Kls\u202e'], 'n\n');
    const question = seen.slice(0, seen.indexOf('[y/N]'));
    expect(question).not.toContain('\u001b');
    expect(question).not.toContain('\u202e');
  });
});
