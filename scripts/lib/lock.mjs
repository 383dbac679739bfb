import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { at } from './paths.mjs';

const folder = at('node_modules', '.cache', 'moated');

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function holderOf(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    // Zero: made a moment ago and not written yet.
    return pid > 0 && !alive(pid) ? 'dead' : 'alive';
  } catch {
    return 'gone';
  }
}

/** Keeps a second build of the same folder out until this process ends. A lock whose holder has died is taken over. */
export function lock(name) {
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/${name}.lock`;
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      process.on('exit', () => rmSync(file, { force: true }));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (holderOf(file) === 'dead') rmSync(file, { force: true });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
}
