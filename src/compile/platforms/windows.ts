import { type Row, type Rows, type Way } from './row.js';

const minimum = 'Windows 10 1809';

/** The plan is tested, the addon is built and inspected. Wine has no AppContainers and enforces no limit and no token. */
function planned(mechanism: string, missing?: string): Row {
  const way: Way = missing === undefined ? { mechanism, minimum } : { mechanism, minimum, missing };
  return { ways: [way], verified: 'inspected', tests: ['test/unit/compile/windows/'] };
}

export const windowsRows: Rows = {
  'fs-write': planned('AppContainer: only granted trees can be written'),
  'fs-metadata': planned('AppContainer: only granted trees, and no access list or owner'),
  'fs-protected': planned(
    'entries in access lists that refuse changes, with pinned parents; the rest is checked when the run ends',
    'protected paths that do not exist yet can be created during the run; they are moved to quarantine and reported when it ends',
  ),
  'fs-secrets': planned(
    "AppContainer: what is not granted cannot be read; reads are the system's folders, the workspace and what is granted",
  ),
  network: planned('AppContainer without network capabilities'),
  'host-sockets': planned('AppContainer: named pipes and the loopback of the host are closed'),
  processes: planned(
    'AppContainer: processes outside cannot be opened; their names stay visible',
    'the names of other processes can be seen',
  ),
  privilege: planned('restricted token without privileges and administrative groups, AppContainer'),
  survivors: {
    ways: [
      { mechanism: 'job object that ends with its last handle; nobody can break away from it', minimum },
    ],
    verified: 'emulated',
    tests: ['test/targets/windows/addon.test.cjs', 'test/unit/compile/windows/'],
  },
  limits: planned(
    'limits of the job object; time and output by the thread that watches the run',
    'no limit of open files or of the size of a file; CPU time in kernel mode is held by a watchdog',
  ),
};
