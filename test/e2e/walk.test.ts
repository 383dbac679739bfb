import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { useWorkspace } from './workspace.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const workspace = useWorkspace();

/** The code blocks of the README's walk: the policy, the script, the commands. */
function walk(): readonly string[] {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  const section = text.slice(text.indexOf('## From a policy to a report'), text.indexOf('## Requirements'));
  return [...section.matchAll(/```(?:json|sh)\n(.*?)```/gsu)].map((match) => match[1] ?? '');
}

/** Runs a line at a terminal, where `y` is the answer to every question. */
function run(line: string, cwd: string): Promise<{ code: number; seen: string }> {
  const own = line.replace('npx moated', `'${process.execPath}' '${join(root, 'dist/cli/main.js')}'`);
  return new Promise((resolve, reject) => {
    const terminal = spawn('script', ['-qec', own, '/dev/null'], {
      cwd,
      env: { ...process.env, XDG_STATE_HOME: join(workspace.outside, 'state') },
    });
    let seen = '';
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (!seen.includes('[y/N]') && (seen + text).includes('[y/N]')) terminal.stdin.write('y\n');
      seen += text;
    });
    terminal.on('error', reject);
    terminal.on('close', (code) => {
      resolve({ code: code ?? -1, seen });
    });
  });
}

it('the walk of the README goes as it says', async () => {
  const project = join(workspace.path, 'project');
  mkdirSync(project);
  execFileSync('git', ['init', '-q'], { cwd: project });
  const [policy = '', script = '', commands = ''] = walk();
  writeFileSync(join(project, 'agent-policy.json'), policy);
  writeFileSync(join(project, 'step.sh'), script);
  const seen: { code: number; seen: string }[] = [];
  for (const line of commands.trim().split('\n')) seen.push(await run(line, project));

  const [checked, ran, denied, report, whole, changed, broken] = seen;
  expect(checked).toMatchObject({ code: 0, seen: expect.stringContaining('ok') as unknown });
  expect(ran).toMatchObject({ code: 0, seen: expect.stringContaining('Run it? [y/N]') as unknown });
  expect(readFileSync(join(project, 'out.txt'), 'utf8')).toBe('built\n');
  expect(existsSync(join(project, '.envrc'))).toBe(false);
  expect(denied).toMatchObject({ code: 0, seen: expect.stringMatching(/file_write .*\.envrc/u) as unknown });
  expect(report).toMatchObject({ code: 0 });
  expect(readFileSync(join(workspace.path, 'report.html'), 'utf8')).toContain('.envrc');
  expect(whole).toMatchObject({ code: 0 });
  expect(changed).toMatchObject({ code: 0 });
  expect(broken).toMatchObject({
    code: 1,
    seen: expect.stringContaining('agent.jsonl:2: record 1') as unknown,
  });
}, 60_000);
