import { createHash } from 'node:crypto';

export interface MachoSignature {
  /** Signed by the linker, by nobody in particular: what macOS on ARM demands of everything that it executes. */
  readonly adhoc: boolean;
  /** Every page of the file is what the signature says, and the signature covers everything in front of itself. */
  readonly intact: boolean;
}

/** What macOS and a user's machine care about in a 64-bit Mach-O file. */
export interface Macho {
  readonly machine: 'x64' | 'arm64' | 'unknown';
  /** How it can be loaded. `dylib` and `bundle` both can at run time. */
  readonly kind: 'bundle' | 'dylib' | 'unknown';
  /** Libraries that must be there. */
  readonly libraries: readonly string[];
  /** The oldest macOS that loads it. */
  readonly minimumSystem: string | undefined;
  /** Names that others can bind to, without the underscore in front of every C name. */
  readonly exports: readonly string[];
  readonly imports: readonly string[];
  /** Segments that are both writable and executable. */
  readonly writableCode: readonly string[];
  readonly runpath: boolean;
  readonly signature: MachoSignature | undefined;
}

const machines = new Map<number, Macho['machine']>([
  [0x0100_0007, 'x64'],
  [0x0100_000c, 'arm64'],
]);
const kinds = new Map<number, Macho['kind']>([
  [6, 'dylib'],
  [8, 'bundle'],
]);
const command = {
  symbols: 0x2,
  library: 0xc,
  segment: 0x19,
  signature: 0x1d,
  runpath: 0x8000_001c,
  oldMinimum: 0x24,
  build: 0x32,
} as const;
const symbolType = { stab: 0xe0, type: 0x0e, private: 0x10, external: 0x01 } as const;

function text(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, bytes.indexOf(0, at));
}

function version(value: number): string {
  return `${value >>> 16}.${(value >>> 8) & 0xff}`;
}

/** The code directory inside a signature, and whether every page's hash in it is right. */
function readSignature(bytes: Buffer, offset: number, size: number): MachoSignature {
  const blob = bytes.subarray(offset, offset + size);
  if (blob.readUInt32BE(0) !== 0xfade0cc0) return { adhoc: false, intact: false };
  for (let index = 0; index < blob.readUInt32BE(8); index += 1) {
    const directory = blob.subarray(blob.readUInt32BE(16 + index * 8));
    if (directory.readUInt32BE(0) !== 0xfade0c02) continue;
    const hashes = directory.readUInt32BE(16);
    const pages = directory.readUInt32BE(28);
    const limit = directory.readUInt32BE(32);
    const page = 2 ** (directory[39] ?? 0);
    // SHA-256 is the only kind that a current linker writes.
    let intact = limit === offset && directory[37] === 2 && pages === Math.ceil(limit / page);
    for (let one = 0; one < pages && intact; one += 1) {
      const hash = createHash('sha256').update(bytes.subarray(one * page, Math.min((one + 1) * page, limit)));
      intact = hash.digest().equals(directory.subarray(hashes + one * 32, hashes + (one + 1) * 32));
    }
    return { adhoc: (directory.readUInt32BE(12) & 2) !== 0, intact };
  }
  return { adhoc: false, intact: false };
}

/** Reads a file. Throws for what is not such a file. */
export function readMacho(bytes: Buffer): Macho {
  if (bytes.readUInt32LE(0) !== 0xfeedfacf) throw new Error('not a 64-bit little-endian Mach-O file');
  const libraries: string[] = [];
  const exports: string[] = [];
  const imports: string[] = [];
  const writableCode: string[] = [];
  let minimumSystem: string | undefined;
  let signature: MachoSignature | undefined;
  let runpath = false;
  let at = 32;
  for (let left = bytes.readUInt32LE(16); left > 0; left -= 1) {
    const word = (index: number): number => bytes.readUInt32LE(at + index * 4);
    switch (word(0)) {
      case command.library:
        libraries.push(text(bytes, at + word(2)));
        break;
      case command.runpath:
        runpath = true;
        break;
      case command.oldMinimum:
        minimumSystem = version(word(2));
        break;
      case command.build:
        minimumSystem = version(word(3));
        break;
      case command.segment:
        // What a segment may become counts, not only what it is at first.
        if ((word(14) & 6) === 6 || (word(15) & 6) === 6) writableCode.push(text(bytes, at + 8));
        break;
      case command.signature:
        signature = readSignature(bytes, word(2), word(3));
        break;
      case command.symbols:
        for (let index = 0; index < word(3); index += 1) {
          const entry = word(2) + index * 16;
          const type = bytes[entry + 4] ?? 0;
          if ((type & symbolType.stab) !== 0 || (type & symbolType.external) === 0) continue;
          if ((type & symbolType.private) !== 0) continue;
          const name = text(bytes, word(4) + bytes.readUInt32LE(entry)).replace(/^_/, '');
          ((type & symbolType.type) === 0 ? imports : exports).push(name);
        }
        break;
    }
    at += word(1);
  }
  return {
    machine: machines.get(bytes.readUInt32LE(4)) ?? 'unknown',
    kind: kinds.get(bytes.readUInt32LE(12)) ?? 'unknown',
    libraries,
    minimumSystem,
    exports: exports.sort(),
    imports: imports.sort(),
    writableCode,
    runpath,
    signature,
  };
}
