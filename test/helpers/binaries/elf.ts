/** What a loader and a user's machine care about in a 64-bit little-endian ELF file. */
export interface Elf {
  readonly machine: 'x64' | 'arm64' | 'unknown';
  readonly kind: 'executable' | 'shared';
  /** The dynamic loader; absent in a static file. */
  readonly interpreter?: string;
  /** Libraries that must be there. */
  readonly needed: readonly string[];
  /** Versions of other libraries' symbols, as `GLIBC_2.17`. */
  readonly versions: readonly string[];
  /** Names that others can bind to. */
  readonly exports: readonly string[];
  /** Names that are bound to others. */
  readonly imports: readonly string[];
  readonly executableStack: boolean;
  /** A read-only relocation table that is filled before anything runs. */
  readonly relro: boolean;
  readonly bindNow: boolean;
  readonly textRelocations: boolean;
  /** A search path for libraries inside the file. */
  readonly runpath: boolean;
}

const machines = new Map<number, Elf['machine']>([
  [62, 'x64'],
  [183, 'arm64'],
]);

const segment = { dynamic: 2, interpreter: 3, stack: 0x6474e551, relro: 0x6474e552, load: 1 } as const;
const tag = {
  needed: 1,
  strings: 5,
  symbols: 6,
  rpath: 15,
  textRelocations: 22,
  bindNow: 24,
  runpath: 29,
  flags: 30,
  hash: 0x6ffffef5,
  flags1: 0x6ffffffb,
  versionNeeds: 0x6ffffffe,
  versionNeedCount: 0x6fffffff,
} as const;

interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
}

function number64(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}

function text(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, bytes.indexOf(0, at));
}

function segmentsOf(bytes: Buffer): readonly Segment[] {
  const table = number64(bytes, 0x20);
  return Array.from({ length: bytes.readUInt16LE(0x38) }, (_, index) => {
    const at = table + index * bytes.readUInt16LE(0x36);
    return {
      type: bytes.readUInt32LE(at),
      flags: bytes.readUInt32LE(at + 4),
      offset: number64(bytes, at + 8),
      address: number64(bytes, at + 16),
      fileSize: number64(bytes, at + 32),
    };
  });
}

/** The entries of the dynamic section, in order. */
function dynamicOf(bytes: Buffer, segments: readonly Segment[]): readonly (readonly [number, number])[] {
  const dynamic = segments.find(({ type }) => type === segment.dynamic);
  if (dynamic === undefined) return [];
  const entries: (readonly [number, number])[] = [];
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.fileSize; at += 16) {
    const name = number64(bytes, at);
    if (name === 0) break;
    entries.push([name, number64(bytes, at + 8)]);
  }
  return entries;
}

/**
 * How many dynamic symbols there are, which the file says nowhere without its sections: the hash table (GNU's) has those that others
 * can find at the end of the list, in chains whose last entry is odd.
 */
function symbolCount(bytes: Buffer, table: number): number {
  const word = (index: number): number => bytes.readUInt32LE(table + index * 4);
  const [buckets, first, bloomWords] = [word(0), word(1), word(2)];
  const bucketsAt = 4 + bloomWords * 2;
  const starts = Array.from({ length: buckets }, (_, index) => word(bucketsAt + index));
  let last = Math.max(...starts);
  if (last < first) return first;
  while ((word(bucketsAt + buckets + last - first) & 1) === 0) last += 1;
  return last + 1;
}

/** Reads a file. Throws for what is not such a file. */
export function readElf(bytes: Buffer): Elf {
  if (bytes.toString('latin1', 0, 4) !== '\x7fELF' || bytes[4] !== 2 || bytes[5] !== 1) {
    throw new Error('not a 64-bit little-endian ELF file');
  }
  const segments = segmentsOf(bytes);
  const dynamic = dynamicOf(bytes, segments);
  const values = (wanted: number): readonly number[] =>
    dynamic.filter(([name]) => name === wanted).map(([, value]) => value);
  const value = (wanted: number): number => values(wanted)[0] ?? 0;
  const offsetOf = (address: number): number => {
    const holder = segments.find(
      (one) => one.type === segment.load && address >= one.address && address < one.address + one.fileSize,
    );
    if (holder === undefined) throw new Error(`no segment holds ${address}`);
    return address - holder.address + holder.offset;
  };
  const string = (index: number): string => text(bytes, offsetOf(value(tag.strings)) + index);

  const versions: string[] = [];
  let need = values(tag.versionNeeds).length === 0 ? 0 : offsetOf(value(tag.versionNeeds));
  for (let left = value(tag.versionNeedCount); left > 0; left -= 1) {
    let aux = need + bytes.readUInt32LE(need + 8);
    for (let count = bytes.readUInt16LE(need + 2); count > 0; count -= 1) {
      versions.push(string(bytes.readUInt32LE(aux + 8)));
      aux += bytes.readUInt32LE(aux + 12);
    }
    need += bytes.readUInt32LE(need + 12);
  }

  const exports: string[] = [];
  const imports: string[] = [];
  const count = values(tag.hash).length === 0 ? 0 : symbolCount(bytes, offsetOf(value(tag.hash)));
  for (let index = 1; index < count; index += 1) {
    const at = offsetOf(value(tag.symbols)) + index * 24;
    const name = string(bytes.readUInt32LE(at));
    const local = (bytes[at + 4] ?? 0) >> 4 === 0;
    if (local || name === '') continue;
    (bytes.readUInt16LE(at + 6) === 0 ? imports : exports).push(name);
  }

  const interpreter = segments.find(({ type }) => type === segment.interpreter);
  const stack = segments.find(({ type }) => type === segment.stack);
  return {
    machine: machines.get(bytes.readUInt16LE(0x12)) ?? 'unknown',
    kind: bytes.readUInt16LE(0x10) === 2 ? 'executable' : 'shared',
    ...(interpreter && { interpreter: text(bytes, interpreter.offset) }),
    needed: values(tag.needed).map(string),
    versions: [...new Set(versions)].sort(),
    exports: exports.sort(),
    imports: imports.sort(),
    // Without the header the kernel makes it executable.
    executableStack: stack === undefined || (stack.flags & 1) !== 0,
    relro: segments.some(({ type }) => type === segment.relro),
    bindNow: values(tag.bindNow).length > 0 || (value(tag.flags) & 8) !== 0 || (value(tag.flags1) & 1) !== 0,
    textRelocations: values(tag.textRelocations).length > 0 || (value(tag.flags) & 4) !== 0,
    runpath: values(tag.rpath).length + values(tag.runpath).length > 0,
  };
}
