import type { Socket } from 'node:net';

import { processes } from '../../builtins.js';
import { Lines } from './lines.js';

/** The system's tools, by absolute path. */
export interface LogTools {
  readonly log: string;
  readonly sandboxExec: string;
}

/**
 * Runs its arguments until standard input ends, and nothing longer: the other end of that pipe is this process's alone, so the reader
 * of the log goes with it, however it ends. macOS has no other way to tie a process to its parent. The shell lets go of its output, so
 * that the end of that means the end of the reader.
 */
const tied = '"$@" </dev/null & exec >/dev/null 2>&1; read -r _; kill -9 "$!"';

/** Seatbelt's part of the log, as far as it speaks of us. Who made an entry is checked again with each. */
const predicate = 'sender == "Sandbox" AND eventMessage CONTAINS "moated."';

/** An entry holds about a thousand characters, each up to six in JSON, and a few paths. */
const longestLine = 65_536;
/** `log` says in one line that it may not be used: by who is no administrator, or in a sandbox. */
const longestComplaint = 200;

/** Nothing of ours may change what these tools do, and they need nothing of it. */
export const plainEnvironment = { PATH: '/usr/bin:/bin' };

export interface LogListener {
  /** A line that the reader printed. */
  line(text: string): void;
  /** The reader ended, or could not be started. Called once, and not after `end`. `why` is what it said against that. */
  ended(why: string): void;
}

/** A running `log stream`. It keeps neither the event loop nor a folder busy. */
export class LogStream {
  readonly #lines = new Lines(longestLine);
  readonly #input: Socket;
  #complaint = '';
  #listener: LogListener | undefined;

  constructor(tools: LogTools, listener: LogListener) {
    this.#listener = listener;
    const child = processes().spawn(
      '/bin/sh',
      ['-c', tied, 'moated-log', tools.log, 'stream', '--style', 'ndjson', '--predicate', predicate],
      // A session of its own: an interrupt from the terminal is for the host.
      { stdio: ['pipe', 'pipe', 'pipe'], detached: true, cwd: '/', env: plainEnvironment },
    );
    // First of all: without a listener this event ends the process.
    child.on('error', ({ message }) => {
      this.#ended(message);
    });
    // Pipes of child processes are sockets. There are none, and this throws, when no descriptor is left.
    this.#input = child.stdin as unknown as Socket;
    const output = child.stdout as unknown as Socket;
    const complaints = child.stderr as unknown as Socket;
    child.unref();
    for (const pipe of [this.#input, output, complaints]) pipe.unref();
    // The reader may be gone when its input is closed.
    this.#input.on('error', () => undefined);
    output.setEncoding('utf8');
    output.on('data', (chunk: string) => {
      for (const line of this.#lines.take(chunk)) this.#listener?.line(line);
    });
    complaints.setEncoding('utf8');
    complaints.on('data', (chunk: string) => {
      this.#complaint = `${this.#complaint}${chunk}`.slice(0, longestComplaint);
    });
    let open = 2;
    for (const pipe of [output, complaints]) {
      pipe.on('close', () => {
        open -= 1;
        const complaint = this.#complaint.trim();
        if (open === 0) this.#ended(complaint === '' ? 'its reader ended' : complaint);
      });
    }
  }

  /** How many lines were too long to be read. */
  get dropped(): number {
    return this.#lines.dropped;
  }

  #ended(why: string): void {
    const listener = this.#listener;
    this.end();
    listener?.ended(why);
  }

  /** Ends the reader. The listener hears nothing any more. */
  end(): void {
    this.#listener = undefined;
    this.#input.destroy();
  }
}
