import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of this checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** The environment without what would make an installed package behave like the checkout, and without npm's own variables. */
export function plainEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:MOATED_|npm_(?!config_)|NODE_OPTIONS|LD_PRELOAD|VITEST|INIT_CWD)/.test(name),
  );
  return { ...(Object.fromEntries(kept) as Record<string, string>), ...extra };
}

/** Runs a program and returns its standard output; a failure throws with both streams in its message. */
export function command(
  cwd: string,
  file: string,
  args: readonly string[],
  env = plainEnvironment(),
): string {
  try {
    return execFileSync(file, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
    throw new Error(`${file} ${args.join(' ')} failed\n${stdout}\n${stderr}`, { cause: error });
  }
}

/** A fresh folder with these files. */
export function project(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'moated-project-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

export interface Packed {
  readonly file: string;
  readonly names: readonly string[];
  readonly size: number;
}

interface PackReport {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/** Packs the checkout as it is, without building, into a fresh folder. */
export function pack(): Packed {
  const folder = mkdtempSync(join(tmpdir(), 'moated-pack-'));
  const output = command(root, 'npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]);
  const parsed = JSON.parse(output) as readonly PackReport[] | Readonly<Record<string, PackReport>>;
  const [report] = Object.values(parsed);
  if (report === undefined) throw new Error(`npm pack reported nothing: ${output}`);
  return {
    file: join(folder, report.filename),
    names: report.files.map(({ path }) => path).sort(),
    size: report.size,
  };
}

/** Installs the tarball into a project, as with `npm install moated`, but with scripts disabled. */
export function install(folder: string, packed: Packed): void {
  const quick = ['--prefer-offline', '--no-audit', '--no-fund'];
  command(folder, 'npm', ['install', '--ignore-scripts', ...quick, packed.file]);
}

/** A copy of a project in a folder of this name, whose own parent is fresh. */
export function copyOf(app: string, name = 'app'): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'moated-copy-')), name);
  cpSync(app, folder, { recursive: true, verbatimSymlinks: true });
  return folder;
}

/** Prints what a run says, and the addon that it was made with, as JSON. */
export const sayHello = `sandbox.run(['/bin/echo', 'hello'], 'offline').then((result) => {
  const addon = process.report.getReport().sharedObjects.find((file) => file.endsWith('.node'));
  console.log(JSON.stringify([result.stdout, result.exitCode, addon]));
});`;
