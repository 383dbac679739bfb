import { type WindowsProbe } from '../../types.js';
import { type System } from '../system.js';
import { toCommandLine } from './command_line.js';
import { environmentBlock } from './environment.js';
import { requireWindowsMinimum } from './minimum.js';
import { compileWindows } from './plan.js';

// Windows 10 1809.
const oldestBuild = 17_763;

function notes(probe: WindowsProbe): readonly string[] {
  const found: string[] = [];
  if (probe.wine) {
    found.push(
      'This is Wine: it has no AppContainers, and accepts limits and tokens without enforcing them.',
    );
  } else {
    found.push(
      'On Windows this version was built and inspected, and run under Wine: what the AppContainer, the token and the job refuse has not been tried.',
    );
    if (probe.build < oldestBuild)
      found.push(`Build ${probe.build} is older than Windows 10 1809 (build ${oldestBuild}).`);
    if (!probe.appContainer)
      found.push('AppContainers are not available: only `best-effort` runs are possible.');
  }
  if (probe.appContainer) {
    found.push(
      "A confined run reads the system's folders, the workspace and what `filesystem.allowRead` names: a tool that is installed in your profile has to be named.",
    );
  }
  if (probe.inJob) {
    found.push(
      'This process is in a job of its own: the user interface (clipboard, windows) of runs cannot be restricted.',
    );
  }
  if (probe.elevated)
    found.push('Running elevated: start it as an ordinary user, who has less to lose by a mistake.');
  return found;
}

export const windowsSystem: System<WindowsProbe> = {
  name: 'windows',
  compile: compileWindows,
  requireMinimum: requireWindowsMinimum,
  notes,
  encode: {
    argv: (argv) => [argv[0] ?? '', toCommandLine(argv)],
    environment: environmentBlock,
  },
};
