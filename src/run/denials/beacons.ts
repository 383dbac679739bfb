import { crypto, processes } from '../../builtins.js';
import { type LogTools, plainEnvironment } from './log_stream.js';

/** A file that every Mac has and everybody may read. */
const file = '/private/etc/hosts';
const profile = `(version 1)(allow default)(deny file-read-data (with message (param "TAG")) (literal "${file}"))`;

/**
 * Refusals of our own making, each with a tag that no other has. One that comes back shows that the log is read from then on, that the
 * kernel writes tags into it, and, since entries come in their order, that nothing from before it is still on its way.
 */
export class Beacons {
  readonly #tools: LogTools;
  readonly #awaited = new Map<string, () => void>();
  #round: Promise<boolean> | undefined;
  #next: Promise<boolean> | undefined;

  constructor(tools: LogTools) {
    this.#tools = tools;
  }

  /** A line of the log has the tag of a beacon. */
  seen(tag: string): void {
    this.#awaited.get(tag)?.();
  }

  /** Lights one. Whether it came back within `ms` milliseconds. `referenced`: the event loop waits for that. */
  light(ms: number, referenced: boolean): Promise<boolean> {
    const tag = `moated.beacon.${crypto().randomUUID()}`;
    return new Promise((resolve) => {
      const settle = (came: boolean): void => {
        clearTimeout(timer);
        this.#awaited.delete(tag);
        resolve(came);
      };
      const timer = setTimeout(settle, ms, false);
      if (!referenced) timer.unref();
      this.#awaited.set(tag, () => {
        settle(true);
      });
      try {
        this.#refuse(tag, () => {
          settle(false);
        });
      } catch {
        settle(false);
      }
    });
  }

  #refuse(tag: string, failed: () => void): void {
    const child = processes().spawn(
      this.#tools.sandboxExec,
      ['-D', `TAG=${tag}`, '-p', profile, '/bin/cat', file],
      { stdio: 'ignore', cwd: '/', env: plainEnvironment },
    );
    child.on('error', failed);
    child.unref();
  }

  /**
   * Whether the log has caught up with this moment, within `ms` milliseconds, or twice as many when others are waiting. Runs that end
   * together share a beacon: one that was lit before a run ended shows nothing about it, so they share the next.
   */
  caughtUp(ms: number): Promise<boolean> {
    if (this.#round === undefined) return this.#begin(ms);
    return (this.#next ??= this.#round.then(() => this.#begin(ms)));
  }

  #begin(ms: number): Promise<boolean> {
    this.#next = undefined;
    const round = this.light(ms, true).finally(() => {
      if (this.#round === round) this.#round = undefined;
    });
    this.#round = round;
    return round;
  }
}
