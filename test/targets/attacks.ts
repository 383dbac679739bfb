/** Attacks of `test/attack` that are tried on every kernel: at least one for each guarantee. Each brings its control. */
export const chosenAttacks: readonly string[] = [
  'write to the home directory',
  'write outside through a symbolic link that the workspace already has',
  'replace the workspace directory itself',
  'absent protected path: create: .mcp.json',
  'protected path that the caller adds',
  'git: overwrite an existing hook',
  'git: switch a hook on by its mode',
  'secret: a credential directory that is a symbolic link',
  'secret: a file that the caller hides outside',
  'ipc: write to a shared memory segment of the host',
  'ipc: leave a shared memory segment behind',
  'privilege: no_new_privs is off',
  'privilege: capabilities that can be used or passed on',
];
