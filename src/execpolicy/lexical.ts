import { posix } from 'node:path';

/** An absolute path of words that are relative to `cwd`. Links are not followed and `..` stays: that is up to `PathAccess`. */
export function absolute(path: string, cwd: string): string {
  return path.startsWith('/') ? path : `${cwd}/${path}`;
}

/** The same without `.`, `..` and doubled slashes, as far as that can be told without looking. */
export function normalized(path: string): string {
  const text = posix.normalize(path);
  return text.length > 1 && text.endsWith('/') ? text.slice(0, -1) : text;
}

/** The last name of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Descriptors and devices that every profile lets be used and that keep nothing. */
const streams = /^\/dev\/(?:null|zero|full|random|urandom|tty|stdin|stdout|stderr|fd\/\d+)$/;

export function isStream(path: string): boolean {
  return streams.test(path);
}
