/** Cuts a stream of text into lines. One that is longer than any real one is dropped, so that nobody can fill the memory with it. */
export class Lines {
  readonly #longest: number;
  #rest = '';
  #dropping = false;
  #dropped = 0;

  /** `longest` is a number of UTF-16 units. */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** How many were too long. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The lines that this chunk completes. */
  take(chunk: string): readonly string[] {
    const parts = chunk.split('\n');
    const last = parts.pop() ?? '';
    const lines: string[] = [];
    for (const part of parts) {
      this.#append(part);
      if (!this.#dropping) lines.push(this.#rest);
      this.#rest = '';
      this.#dropping = false;
    }
    this.#append(last);
    return lines;
  }

  #append(part: string): void {
    if (this.#dropping) return;
    if (this.#rest.length + part.length <= this.#longest) {
      this.#rest += part;
      return;
    }
    this.#rest = '';
    this.#dropping = true;
    this.#dropped += 1;
  }
}
