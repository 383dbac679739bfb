import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { readElf } from '../helpers/binaries/elf.js';
import { readMacho } from '../helpers/binaries/macho.js';
import { readPe } from '../helpers/binaries/pe.js';
import {
  allTargets,
  binary,
  isThere,
  manifest,
  sourcesNow,
  type Target,
} from '../helpers/binaries/prebuilds.js';

const entryPoints = ['napi_register_module_v1', 'node_api_module_get_api_version_v1'];
const kilobyte = 1024;

/** Every function of Node-API 8, which Node 20 and all later ones have. */
const nodeApi = (() => {
  interface Symbols {
    readonly symbols: {
      readonly v8: {
        readonly js_native_api_symbols: readonly string[];
        readonly node_api_symbols: readonly string[];
      };
    };
  }
  const { symbols } = createRequire(import.meta.url)('node-api-headers') as Symbols;
  return new Set([...symbols.v8.js_native_api_symbols, ...symbols.v8.node_api_symbols]);
})();

/** Names of the C++ library and runtime: an addon that needs one of them depends on what a machine has installed. */
const cplusplus = /^(?:_Z|__cxa_(?!finalize|atexit)|__gxx|_Unwind)/;

function expectPortableImports(imports: readonly string[]): void {
  expect(imports.filter((name) => cplusplus.test(name))).toEqual([]);
  expect(imports.filter((name) => /^(?:napi|node_api)_/.test(name) && !nodeApi.has(name))).toEqual([]);
}

function newer(version: string, than: string): boolean {
  const [a, b] = [version, than].map((one) => one.split('.').map(Number));
  return a![0]! !== b![0]! ? a![0]! > b![0]! : (a![1] ?? 0) > (b![1] ?? 0);
}

const targets = await allTargets();
const chosen = process.env['MOATED_PREBUILDS'] !== undefined;
const stale = !chosen && manifest().sources !== (await sourcesNow());
if (stale) {
  // Said loudly, and `npm run verify-prebuilds` fails for it.
  console.warn('prebuilds/ is of older sources: its binaries are not looked at. Run `npm run prebuild`.');
}
const on = (platform: Target['platform']): readonly Target[] =>
  stale ? [] : targets.filter((target) => target.platform === platform && (!chosen || isThere(target.file)));

describe.skipIf(stale)('the prebuilt binaries', () => {
  it.skipIf(chosen)('are there for every target, and no others', () => {
    const wanted = targets.flatMap(({ file, folder, launcher }) => [
      file,
      ...(launcher === undefined ? [] : [`${folder}/moated-launcher`]),
    ]);
    expect(Object.keys(manifest().files)).toEqual([...new Set(wanted)].sort());
  });

  describe.each(on('linux'))('$name', ({ file, arch, libc }) => {
    const elf = readElf(binary(file));

    it('is for the machine', () => {
      expect(elf.machine).toBe(arch);
      expect(elf.kind).toBe('shared');
    });

    it('needs the C library alone, in a version that every supported system has', () => {
      const allowed =
        libc === 'musl' ? ['libc.so'] : ['libc.so.6', 'libm.so.6', 'libpthread.so.0', 'libdl.so.2'];
      expect(elf.needed.filter((name) => !allowed.includes(name) && !name.startsWith('ld-linux'))).toEqual(
        [],
      );
      const late = elf.versions.filter(
        (name) => !name.startsWith('GLIBC_') || newer(name.slice('GLIBC_'.length), '2.28'),
      );
      expect(late).toEqual([]);
      if (libc === 'musl') expect(elf.versions).toEqual([]);
      expect(elf.runpath).toBe(false);
      expectPortableImports(elf.imports);
    });

    it('shows the two entry points and nothing else', () => {
      expect(elf.exports).toEqual(entryPoints);
    });

    it('is hardened', () => {
      const { executableStack, relro, bindNow, textRelocations } = elf;
      expect({ executableStack, relro, bindNow, textRelocations }).toEqual({
        executableStack: false,
        relro: true,
        bindNow: true,
        textRelocations: false,
      });
    });

    it('is at most 150 KB', () => {
      expect(binary(file).length).toBeLessThanOrEqual(150 * kilobyte);
    });
  });

  describe.each([...new Set(on('linux').map(({ folder }) => folder))])('the launcher of %s', (folder) => {
    const file = `${folder}/moated-launcher`;
    const elf = readElf(binary(file));

    it('is one static file for the machine', () => {
      expect(`linux-${elf.machine}`).toBe(folder);
      expect(elf.kind).toBe('executable');
      expect(elf.interpreter).toBeUndefined();
      expect(elf.needed).toEqual([]);
      expect(elf.executableStack).toBe(false);
    });

    it('is at most 150 KB', () => {
      expect(binary(file).length).toBeLessThanOrEqual(150 * kilobyte);
    });
  });

  describe.each(on('darwin'))('$name', ({ file, arch }) => {
    const macho = readMacho(binary(file));

    it('is for the machine, from macOS 11 on', () => {
      expect(macho.machine).toBe(arch);
      expect(macho.minimumSystem).toBe('11.0');
      expect(['bundle', 'dylib']).toContain(macho.kind);
    });

    it('needs the system library alone', () => {
      expect(macho.libraries).toEqual(['/usr/lib/libSystem.B.dylib']);
      expect(macho.runpath).toBe(false);
      expectPortableImports(macho.imports);
    });

    it('shows the two entry points', () => {
      // zig's linker for macOS has no list of exports, so functions of headers and of its own small runtime are shown too. Nothing binds to
      // them: names of a Mach-O file are looked for in the library that they were linked with.
      for (const name of entryPoints) expect(macho.exports).toContain(name);
      expect(macho.exports.filter((name) => nodeApi.has(name))).toEqual([]);
    });

    it('has no page that can be written and executed', () => {
      expect(macho.writableCode).toEqual([]);
    });

    it('is signed where the system demands it', () => {
      if (arch === 'arm64') expect(macho.signature).toEqual({ adhoc: true, intact: true });
      // Intel Macs load what is not signed, but nothing whose signature is wrong.
      else expect(macho.signature?.intact ?? true).toBe(true);
    });

    it('is at most 300 KB', () => {
      expect(binary(file).length).toBeLessThanOrEqual(300 * kilobyte);
    });
  });

  describe.each(on('win32'))('$name', ({ file, arch }) => {
    const pe = readPe(binary(file));

    it('is for the machine, from Windows 10 on', () => {
      expect(pe.machine).toBe(arch);
      expect(pe.dll).toBe(true);
      expect(newer(pe.subsystemVersion, '10.0')).toBe(false);
    });

    it('needs libraries of the system alone, and no program by its name', () => {
      const system =
        /^(?:kernel32|advapi32|userenv|user32|ntdll|msvcrt|ucrtbase|api-ms-win-[a-z0-9-]+)\.dll$/;
      expect([...pe.imports.keys()].filter((library) => !system.test(library))).toEqual([]);
      expectPortableImports([...pe.imports.values()].flat());
    });

    it('shows the two entry points and nothing else', () => {
      expect(pe.exports).toEqual(entryPoints);
    });

    it('is hardened, and without the time of its build', () => {
      const { nx, aslr, highEntropyAslr, writableCode, stackGuard, timestamp } = pe;
      expect({ nx, aslr, highEntropyAslr, writableCode, stackGuard, timestamp }).toEqual({
        nx: true,
        aslr: true,
        highEntropyAslr: true,
        writableCode: [],
        stackGuard: true,
        timestamp: 0,
      });
    });

    it('is at most 150 KB', () => {
      expect(binary(file).length).toBeLessThanOrEqual(150 * kilobyte);
    });
  });
});
