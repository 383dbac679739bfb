import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** What a program did, sandboxed or not. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
}

export interface HostOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Descriptors 0, 1, 2 and more; output is captured where this says `pipe`. */
  readonly stdio?: StdioOptions;
  /** How long the control may take before it is killed. */
  readonly timeoutMs?: number;
}

/** Runs a program without any sandbox: the control of an attack. Processes that it leaves behind stay alive. */
export async function runHost(argv: readonly string[], options: HostOptions): Promise<Outcome> {
  const child = spawn(argv[0]!, argv.slice(1), {
    cwd: options.cwd,
    env: options.env,
    stdio: options.stdio ?? ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  child.stdout?.on('data', (chunk: Buffer) => chunks.stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.stderr.push(chunk));
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 20_000);
  const exitCode = await new Promise<number | undefined>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      // Survivors may hold the pipes open for ever, so the end of the streams is awaited only for a moment.
      const settle = (): void => {
        resolve(code ?? undefined);
      };
      child.once('close', settle);
      setTimeout(settle, 300);
    });
  });
  clearTimeout(timer);
  child.stdout?.destroy();
  child.stderr?.destroy();
  const text = (parts: readonly Buffer[]): string => Buffer.concat(parts).toString();
  return { stdout: text(chunks.stdout), stderr: text(chunks.stderr), exitCode };
}

/** Starts a program of the host and waits for its first line, which tells that it is ready. */
export async function startHost(
  argv: readonly string[],
  options: Pick<HostOptions, 'cwd' | 'env'>,
): Promise<{ readonly child: ChildProcess; readonly line: string }> {
  const child = spawn(argv[0]!, argv.slice(1), { ...options, stdio: ['pipe', 'pipe', 'inherit'] });
  const line = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`${argv.join(' ')} ended with ${String(code)} before it was ready`));
    });
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
  });
  return { child, line };
}

/** Pids of all processes, of any pid namespace, that carry a text in their command line. */
export function processesWith(token: string): readonly number[] {
  const carries = (pid: string): boolean => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(token);
    } catch {
      return false;
    }
  };
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  // The newest first: what replaces itself all the time would be gone before its turn came.
  pids.sort((left, right) => Number(right) - Number(left));
  return pids.filter(carries).map(Number);
}

/** Ends everything that carries a text in its command line, also what re-forks while it is being killed. */
export function killAllWith(token: string): void {
  for (let round = 0; round < 200; round += 1) {
    const pids = processesWith(token);
    if (pids.length === 0) return;
    // Stopped first, so that a process which starts its own successor cannot outrun the loop.
    for (const signal of ['SIGSTOP', 'SIGKILL'] as const) {
      for (const pid of pids) {
        try {
          process.kill(pid, signal);
        } catch {
          // It is gone already.
        }
      }
    }
  }
}

/** Polls until a condition holds; false when it never did. For what happens asynchronously on the host. */
export async function eventually(condition: () => boolean, timeoutMs = 10_000): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  while (performance.now() < end) {
    if (condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return condition();
}

/** Whether a process runs. One that has ended and that nobody has waited for does not. */
export function alive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
