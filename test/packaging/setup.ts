import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { TestProject } from 'vitest/node';
import { install, pack, project, type Packed } from './project.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The tarball of this checkout. */
    readonly packed: Packed;
    /** An empty project that installed it, with scripts disabled. Tests that change something copy it. */
    readonly app: string;
  }
}

/** Packs and installs once for all tests of the package. */
export function setup({ provide }: TestProject): () => void {
  const packed = pack();
  const app = project({ 'package.json': JSON.stringify({ name: 'app', version: '1.0.0', private: true }) });
  install(app, packed);
  provide('packed', packed);
  provide('app', app);
  return () => {
    for (const folder of [app, dirname(packed.file)]) rmSync(folder, { recursive: true, force: true });
  };
}
