/** What Windows and a user's machine care about in a PE32+ file. */
export interface Pe {
  readonly machine: 'x64' | 'arm64' | 'unknown';
  readonly dll: boolean;
  /** Libraries that must be there, with the names that are bound to each, lower case. */
  readonly imports: ReadonlyMap<string, readonly string[]>;
  readonly exports: readonly string[];
  /** Data cannot be executed. */
  readonly nx: boolean;
  /** It is loaded at a random address, out of the whole address space. */
  readonly aslr: boolean;
  readonly highEntropyAslr: boolean;
  /** Sections that are both writable and executable. */
  readonly writableCode: readonly string[];
  /** The loader puts a random number where the guard of the stack is, and code here ends the process when a function finds another one. */
  readonly stackGuard: boolean;
  /** Of the header; 0 where it was taken out. */
  readonly timestamp: number;
  /** The system that it was made for, as `10.0`. */
  readonly subsystemVersion: string;
}

const machines = new Map<number, Pe['machine']>([
  [0x8664, 'x64'],
  [0xaa64, 'arm64'],
]);
const characteristic = { dll: 0x2000, highEntropy: 0x20, dynamicBase: 0x40, nx: 0x100 } as const;
// What the loader takes for a guard that nobody has chosen yet.
const noCookie = 0x2b99_2ddf_a232n;
/** `__fastfail(FAST_FAIL_STACK_COOKIE_CHECK_FAILURE)`: the number 2 in the first register, then the trap. */
const fastFail = { x64: 'b902000000cd29', arm64: '4000805260003ed4', unknown: '' } as const;
const section = { execute: 0x2000_0000, write: 0x8000_0000 } as const;

function text(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, bytes.indexOf(0, at));
}

/** Reads a file. Throws for what is not such a file. */
export function readPe(bytes: Buffer): Pe {
  const header = bytes.readUInt32LE(0x3c);
  const optional = header + 24;
  if (bytes.toString('latin1', header, header + 4) !== 'PE\0\0' || bytes.readUInt16LE(optional) !== 0x20b) {
    throw new Error('not a PE32+ file');
  }
  const firstSection = optional + bytes.readUInt16LE(header + 20);
  const sections = Array.from({ length: bytes.readUInt16LE(header + 6) }, (_, index) => {
    const at = firstSection + index * 40;
    return {
      name: bytes.toString('latin1', at, at + 8).replace(/\0+$/, ''),
      size: Math.max(bytes.readUInt32LE(at + 8), bytes.readUInt32LE(at + 16)),
      address: bytes.readUInt32LE(at + 12),
      offset: bytes.readUInt32LE(at + 20),
      flags: bytes.readUInt32LE(at + 36),
    };
  });
  const offsetOf = (address: number): number => {
    const holder = sections.find((one) => address >= one.address && address < one.address + one.size);
    if (holder === undefined) throw new Error(`no section holds ${address}`);
    return address - holder.address + holder.offset;
  };
  const directory = (index: number): number => bytes.readUInt32LE(optional + 112 + index * 8);

  const exports: string[] = [];
  if (directory(0) !== 0) {
    const table = offsetOf(directory(0));
    const names = offsetOf(bytes.readUInt32LE(table + 32));
    for (let index = 0; index < bytes.readUInt32LE(table + 24); index += 1) {
      exports.push(text(bytes, offsetOf(bytes.readUInt32LE(names + index * 4))));
    }
  }

  const imports = new Map<string, readonly string[]>();
  let at = directory(1) === 0 ? undefined : offsetOf(directory(1));
  while (at !== undefined && bytes.readUInt32LE(at + 12) !== 0) {
    const names: string[] = [];
    let thunk = offsetOf(bytes.readUInt32LE(at));
    for (let entry = bytes.readBigUInt64LE(thunk); entry !== 0n; entry = bytes.readBigUInt64LE(thunk)) {
      names.push(entry >> 63n === 1n ? `#${entry & 0xffffn}` : text(bytes, offsetOf(Number(entry)) + 2));
      thunk += 8;
    }
    const name = text(bytes, offsetOf(bytes.readUInt32LE(at + 12))).toLowerCase();
    imports.set(name, [...(imports.get(name) ?? []), ...names].sort());
    at += 20;
  }

  const flags = bytes.readUInt16LE(optional + 70);
  const machine = machines.get(bytes.readUInt16LE(header + 4)) ?? 'unknown';
  const cookie = directory(10) === 0 ? 0n : bytes.readBigUInt64LE(offsetOf(directory(10)) + 88);
  const cookieAt = Number(cookie - bytes.readBigUInt64LE(optional + 24));
  const holds = sections.find((one) => cookieAt >= one.address && cookieAt < one.address + one.size);
  const code = sections.filter((one) => (one.flags & section.execute) !== 0);
  return {
    machine,
    dll: (bytes.readUInt16LE(header + 22) & characteristic.dll) !== 0,
    imports,
    exports: exports.sort(),
    nx: (flags & characteristic.nx) !== 0,
    aslr: (flags & characteristic.dynamicBase) !== 0,
    highEntropyAslr: (flags & characteristic.highEntropy) !== 0,
    writableCode: sections
      .filter(({ flags: own }) => (own & section.execute) !== 0 && (own & section.write) !== 0)
      .map(({ name }) => name),
    stackGuard:
      cookie !== 0n &&
      holds !== undefined &&
      (holds.flags & section.write) !== 0 &&
      bytes.readBigUInt64LE(offsetOf(cookieAt)) === noCookie &&
      code.some((one) =>
        bytes.subarray(one.offset, one.offset + one.size).includes(Buffer.from(fastFail[machine], 'hex')),
      ),
    timestamp: bytes.readUInt32LE(header + 8),
    subsystemVersion: `${bytes.readUInt16LE(optional + 48)}.${bytes.readUInt16LE(optional + 50)}`,
  };
}
