// Every scenario runs in a process of its own: the heap, the threads and the prepared policies of one must not speak in the next.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const self = fileURLToPath(import.meta.url);

/** Runs one scenario and resolves with what it measured, or with `{ skipped: reason }`. */
export function runScenario(target, scene) {
  const task = JSON.stringify({ target, scene });
  const child = spawn(process.execPath, ['--expose-gc', self, task], {
    cwd: scene.workspace,
    env: { ...process.env, HOME: scene.home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk) => (text += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(JSON.parse(text));
      else resolve({ skipped: `it failed with ${signal ?? `exit code ${code}`}` });
    });
  });
}

async function runAsChild(task) {
  const { target, scene } = JSON.parse(task);
  const { measure } = await import(new URL(`../${target.module}`, import.meta.url));
  const measured = await measure(target.options, scene);
  process.stdout.write(JSON.stringify(measured));
}

if (process.argv[1] === self) await runAsChild(process.argv[2]);
