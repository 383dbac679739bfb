import { Socket } from 'node:net';

/** The parent's end of stdout or stderr. It counts what comes through without making the stream flow. */
export class OutputStream extends Socket {
  readonly #admit: (bytes: number) => number;

  /** `admit` is told how many bytes came, and answers how many of them may pass. */
  constructor(descriptor: number, admit: (bytes: number) => number) {
    super({ fd: descriptor, readable: true, writable: false });
    this.#admit = admit;
  }

  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    if (chunk === null) return super.push(null);
    const admitted = this.#admit(chunk.length);
    if (admitted >= chunk.length) return super.push(chunk, encoding);
    return admitted > 0 ? super.push(chunk.subarray(0, admitted), encoding) : true;
  }
}
