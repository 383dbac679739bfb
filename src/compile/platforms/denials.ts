import { type Row, type Target } from './row.js';

/** How what is refused gets into the violations of a result, where a system tells. No guarantee: what is refused is refused anyway. */
export const denialRows: Partial<Readonly<Record<Target['system'], Row>>> = {
  macos: {
    ways: [
      {
        mechanism: "the kernel's part of the unified log, by the tag of the run",
        minimum: 'macOS 11',
        missing:
          'everything, for a user who may not administer the Mac: `log stream` refuses; what was refused before the reader of the log had started, which the first run of a process does not wait for; what a run that succeeds was refused last; what the log drops or cuts',
      },
    ],
    verified: 'inspected',
    tests: ['test/unit/run/denials/', 'test/e2e/denials.test.ts', 'test/targets/macho/'],
  },
};
