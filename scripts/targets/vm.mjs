import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

// Without cmpxchg16b, after which QEMU 7.2 leaves rubbish in the flags: where that sets the one for single steps, or for backward copies,
// a kernel whose allocator uses it dies.
const machines = {
  x64: { program: 'qemu-system-x86_64', args: ['-M', 'q35', '-cpu', 'qemu64,-cx16'], console: 'ttyS0' },
  arm64: { program: 'qemu-system-aarch64', args: ['-M', 'virt', '-cpu', 'cortex-a72'], console: 'ttyAMA0' },
};

/** The kernel of an unpacked package. Newer ones lie beside their modules. */
export function kernelOf(folder) {
  const boot = join(folder, 'boot');
  const [image] = existsSync(boot) ? readdirSync(boot).filter((name) => name.startsWith('vmlinuz')) : [];
  if (image) return join(boot, image);
  const modules = join(folder, 'usr/lib/modules');
  const [release] = existsSync(modules) ? readdirSync(modules) : [];
  if (release && existsSync(join(modules, release, 'vmlinuz'))) return join(modules, release, 'vmlinuz');
  throw new Error(`no kernel in ${folder}`);
}

/** How often a machine is started again whose kernel crashed before anything of ours ran. */
const mostBoots = 4;

/** Whether a kernel crashed before process 1 said its first line. */
const diedEarly = (log) => /Kernel panic|Oops:/.test(log) && !log.includes('@@');

/**
 * Boots a machine without disk and network by emulation, and returns what it said on its console in lines that begin with @@.
 * @returns {Promise<{ lines: string[], log: string, seconds: number }>}
 */
export async function boot(machine) {
  for (let left = mostBoots; ; left -= 1) {
    const said = await bootOnce(machine);
    // QEMU 7.2 now and then emulates a processor on which a kernel dies while it starts. That says nothing about us; a crash later would.
    if (!diedEarly(said.log) || left === 1) return said;
    console.log(`  the kernel crashed while it started, before process 1: tried again`);
  }
}

function bootOnce({ arch, kernel, initrd, append = '', timeoutMs = 600_000 }) {
  const { program, args, console: device } = machines[arch];
  const started = performance.now();
  const child = spawn(
    program,
    [
      ...args,
      ...[
        '-accel',
        'tcg',
        '-m',
        '1500',
        '-smp',
        '1',
        '-display',
        'none',
        '-serial',
        'stdio',
        '-monitor',
        'none',
      ],
      ...['-no-reboot', '-nodefaults', '-kernel', kernel, '-initrd', initrd],
      ...['-append', `console=${device} quiet panic=-1 mitigations=off ${append}`],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let log = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    log += text;
    // After an oops it may hang instead of ending.
    if (diedEarly(log)) setTimeout(() => child.kill('SIGKILL'), 1000).unref();
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      clearTimeout(timer);
      const lines = log.split(/\r?\n/).flatMap((line) => /@@(.*)$/.exec(line)?.[1] ?? []);
      resolve({ lines, log, seconds: (performance.now() - started) / 1000 });
    });
  });
}
