const megabyte = 2 ** 20;

/** Half of it objects of the JavaScript heap, half buffers outside of it. Every page is written, so that a fork has to copy its entry. */
export function fillHeap(megabytes) {
  const kept = [];
  for (let i = 0; i < megabytes / 2; i += 1) {
    kept.push(new Array(megabyte / 8).fill(i + 0.5));
    kept.push(Buffer.alloc(megabyte, 1));
  }
  return kept;
}
