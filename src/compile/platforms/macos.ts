import { type Row, type Rows, type Way } from './row.js';

const minimum = 'macOS 11';

/**
 * The profile's text is evaluated by a model of Seatbelt's rules for every operation, and attacked there. No Mac took part: what the
 * kernel makes of the text is not known from here.
 */
function evaluated(mechanism: string, missing?: string): Row {
  const way: Way = missing === undefined ? { mechanism, minimum } : { mechanism, minimum, missing };
  return { ways: [way], verified: 'inspected', tests: ['test/unit/compile/macos/'] };
}

export const macosRows: Rows = {
  'fs-write': evaluated('Seatbelt profile, hard links denied'),
  'fs-metadata': evaluated('Seatbelt profile'),
  'fs-protected': evaluated(
    'Seatbelt profile: names in every spelling, with the directories on the way to them; the rest is checked when the run ends',
    'on volumes that take more for one name than case and composed letters (HFS+, network volumes), a path that does not exist yet can be created; it is undone and reported when the run ends',
  ),
  'fs-secrets': evaluated(
    'Seatbelt profile: credential files denied; their names stay visible',
    'the names of credential files can be seen',
  ),
  network: evaluated('Seatbelt profile: no address, not even of this machine, and no resolver'),
  'host-sockets': evaluated('Seatbelt profile: of unix sockets only those in the scratch directory'),
  processes: evaluated(
    'Seatbelt profile: signals and process information end at the sandbox; no task port, no list of processes',
  ),
  privilege: evaluated('Seatbelt profile refuses programs with a setuid bit'),
  survivors: evaluated(
    'every process under the profile of the run is killed until none is left',
    'when the host process itself is killed, nobody ends the run',
  ),
  limits: evaluated(
    'resource limits of the kernel; time and output by the thread that watches the run; watchdog',
    'a watchdog holds memory, CPU time and number of processes of the whole run: a burst can pass for a moment',
  ),
};
