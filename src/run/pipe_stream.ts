import type { Socket } from 'node:net';

/**
 * The parent's end of stdout or stderr, which counts what comes through without making the stream flow. `admit` is told how many bytes
 * came, and answers how many of them may pass.
 */
export function outputStream(descriptor: number, admit: (bytes: number) => number): Socket {
  const stream = pipeEnd({ fd: descriptor, readable: true, writable: false });
  const push = stream.push.bind(stream);
  stream.push = (chunk: Buffer | null, encoding?: BufferEncoding): boolean => {
    if (chunk === null) return push(null);
    const admitted = admit(chunk.length);
    if (admitted >= chunk.length) return push(chunk, encoding);
    return admitted > 0 ? push(chunk.subarray(0, admitted), encoding) : true;
  };
  return stream;
}

/** The parent's end of stdin. */
export function inputStream(descriptor: number): Socket {
  return pipeEnd({ fd: descriptor, readable: false, writable: true });
}

/** node:net is loaded with the first stream: most hosts only capture output, and it is a good part of what an import costs. */
function pipeEnd(options: ConstructorParameters<typeof Socket>[0]): Socket {
  const { Socket } = process.getBuiltinModule('node:net');
  return new Socket(options);
}
