import { Beacons } from './beacons.js';
import { Collected, type Refusals } from './collected.js';
import { readKernelLine } from './kernel_line.js';
import { LogStream, type LogTools } from './log_stream.js';

/** How long to wait for what, in milliseconds. */
export interface LogTimes {
  /** For a beacon to come back: the log takes some tens of milliseconds. A run that failed waits twice as long at most. */
  readonly beaconMs: number;
  /** Between the last run and the end of the reader. */
  readonly idleMs: number;
}

const systemTools: LogTools = { log: '/usr/bin/log', sandboxExec: '/usr/bin/sandbox-exec' };
const systemTimes: LogTimes = { beaconMs: 250, idleMs: 10_000 };

/** Beacons that a reader gets to show that it reads. */
const mostProofs = 12;
/** Readers that may fail, one after the other, before this process does without. */
const mostFailures = 3;

/** What the log said about one run, and what may be missing. */
export interface RunRefusals extends Refusals {
  /** The log was being read when the run ended. */
  readonly read: boolean;
  /** Why refusals may be missing, besides what the log itself loses. */
  readonly gaps: readonly string[];
}

/** Follows one run. Exactly one of the two is called. */
export interface Watch {
  /**
   * What was refused to the run, whose tag is known now. `wait`: something may have been, so it is worth waiting until the log has
   * caught up.
   */
  end(tag: string, wait: boolean): Promise<RunRefusals>;
  /** The run has no refusals to ask for: it never started. */
  cancel(): void;
}

/**
 * Reads what the kernel's log says about refusals. One reader serves all runs of the process; it starts with the first, and ends when
 * there has been none for a while. No run waits for it to start: what the log said before it is missing, and said to be.
 */
export class KernelLog {
  readonly #tools: LogTools;
  readonly #times: LogTimes;
  readonly #collected = new Collected();
  readonly #beacons: Beacons;
  #stream: LogStream | undefined;
  /** The stream, once a beacon came back through it. */
  #live: LogStream | undefined;
  /** Why there is none. */
  #why = '';
  #failures = 0;
  #watched = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(tools: LogTools = systemTools, times: LogTimes = systemTimes) {
    this.#tools = tools;
    this.#times = times;
    this.#beacons = new Beacons(tools);
  }

  /** A run begins. */
  watch(): Watch {
    clearTimeout(this.#idle);
    this.#watched += 1;
    if (this.#stream === undefined && this.#failures < mostFailures) this.#start();
    const before = { live: this.#live, lost: this.#lostLines };
    return {
      end: async (tag, wait) => {
        const awaited = wait && this.#live !== undefined;
        const caughtUp = awaited && (await this.#beacons.caughtUp(this.#times.beaconMs));
        const gaps = [
          ...(this.#live === undefined ? [`the log of the kernel is not read: ${this.#why}`] : []),
          ...(this.#live !== undefined && this.#live !== before.live
            ? ['the log was not read from the beginning of the run on']
            : []),
          ...(awaited && !caughtUp ? ['the log had not caught up with the end of the run'] : []),
          ...(wait ? [] : ['a run that succeeds does not wait for the log']),
          ...(this.#lostLines > before.lost ? ['the log said more than was kept'] : []),
        ];
        const found = { ...this.#collected.take(tag), read: this.#live !== undefined, gaps };
        this.#release();
        return found;
      },
      cancel: () => {
        this.#release();
      },
    };
  }

  get #lostLines(): number {
    return this.#collected.forgotten + (this.#live?.dropped ?? 0);
  }

  #start(): void {
    this.#why = 'its reader is only starting';
    try {
      const stream = new LogStream(this.#tools, {
        line: (text) => {
          this.#read(text);
        },
        ended: (why) => {
          this.#lost(why);
        },
      });
      this.#stream = stream;
      void this.#prove(stream);
    } catch {
      this.#lost('this process has no descriptor left for its reader');
    }
  }

  /** The reader takes a moment until it hears the kernel, and prints before that already. */
  async #prove(stream: LogStream): Promise<void> {
    for (let tries = 0; tries < mostProofs && this.#stream === stream; tries += 1) {
      if (!(await this.#beacons.light(this.#times.beaconMs, false))) continue;
      if (this.#stream === stream) this.#live = stream;
      this.#failures = 0;
      return;
    }
    if (this.#stream === stream) this.#lost('what was refused to try it did not appear in it');
  }

  #read(text: string): void {
    const line = readKernelLine(text);
    if (line === undefined) return;
    if (line.tag.startsWith('moated.run.')) this.#collected.add(line.tag, line.report);
    else this.#beacons.seen(line.tag);
  }

  /** The reader ended by itself, or reads nothing. */
  #lost(why: string): void {
    this.#why = why;
    this.#failures += 1;
    this.#end();
  }

  #end(): void {
    this.#stream?.end();
    this.#stream = undefined;
    this.#live = undefined;
  }

  #release(): void {
    this.#watched -= 1;
    if (this.#watched > 0) return;
    this.#idle = setTimeout(() => {
      this.#end();
      this.#collected.clear();
    }, this.#times.idleMs);
    this.#idle.unref();
  }
}
