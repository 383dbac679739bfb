import { Socket } from 'node:net';

/** The parent's end of stdout or stderr. It counts what comes through without making the stream flow. */
export class OutputStream extends Socket {
  readonly #count: (bytes: number) => void;

  constructor(descriptor: number, count: (bytes: number) => void) {
    super({ fd: descriptor, readable: true, writable: false });
    this.#count = count;
  }

  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    if (chunk !== null) this.#count(chunk.length);
    return super.push(chunk, encoding);
  }
}
