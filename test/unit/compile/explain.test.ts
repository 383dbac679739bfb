import { describe, expect, it } from 'vitest';
import { explainAction } from '../../../src/compile/explain.js';
import { compileLinux } from '../../../src/compile/linux.js';
import { type Action, type ActionVerdict, type LinuxProbe, type SandboxPolicy } from '../../../src/types.js';
import { light, policy, standard } from './machines.js';

function ask(one: SandboxPolicy, action: Action, probe: LinuxProbe = standard): ActionVerdict {
  return explainAction(one, compileLinux(one, probe).enforcement, action);
}

const workspace = '/home/user/project';

describe('reading', () => {
  it('is allowed everywhere but in hidden paths', () => {
    expect(ask(policy('offline'), { read: '/etc/passwd' })).toMatchObject({
      allowed: true,
      rule: 'read: all',
    });
    expect(ask(policy('offline'), { read: '/home/user/.ssh/id_rsa' })).toMatchObject({
      allowed: false,
      rule: 'hidden: /home/user/.ssh',
      suggestion: 'filesystem: { allowRead: ["/home/user/.ssh"] }',
    });
    expect(ask(policy('trusted'), { read: '/home/user/.ssh/id_rsa' }).allowed).toBe(true);
  });

  it('is by name of a neighbour still allowed', () => {
    expect(ask(policy('offline'), { read: '/home/user/.sshx' }).allowed).toBe(true);
  });

  it('is an allow list under minimal', () => {
    const minimal = policy('offline', { filesystem: { read: 'minimal', readable: ['/usr', workspace] } });
    expect(ask(minimal, { execute: '/usr/bin/ls' }).allowed).toBe(true);
    expect(ask(minimal, { read: '/dev/null' }).allowed).toBe(true);
    expect(ask(minimal, { read: '/srv/data' })).toMatchObject({
      allowed: false,
      rule: 'read: minimal',
      suggestion: 'filesystem: { allowRead: ["/srv/data"] }',
    });
  });
});

describe('writing', () => {
  it('is denied outside, with the smallest grant', () => {
    expect(ask(policy('workspace-write'), { write: '/srv/out/file' })).toMatchObject({
      allowed: false,
      suggestion: 'filesystem: { allowWrite: ["/srv/out"] }',
    });
    expect(ask(policy('offline'), { write: `${workspace}/file` })).toMatchObject({
      allowed: false,
      suggestion: "profile: 'workspace-write'",
    });
  });

  it('is denied in protected paths inside the workspace', () => {
    const one = policy('workspace-write');
    expect(ask(one, { write: `${workspace}/src/a.ts` }).allowed).toBe(true);
    expect(ask(one, { write: `${workspace}/.git/hooks/pre-commit` })).toMatchObject({
      allowed: false,
      rule: `protected: ${workspace}/.git/hooks`,
    });
    expect(ask(one, { write: `${workspace}/.git/index` }).allowed).toBe(true);
  });

  it('goes to a private /tmp where there is one', () => {
    expect(ask(policy('offline'), { write: '/tmp/x' }, standard).allowed).toBe(true);
    expect(ask(policy('offline'), { write: '/tmp/x' }, light).allowed).toBe(false);
  });
});

describe('connecting', () => {
  it('follows the network of the profile', () => {
    expect(ask(policy('workspace-net'), { connect: 'a.example:443' }).allowed).toBe(true);
    expect(ask(policy('workspace-write'), { connect: 'a.example:443' })).toMatchObject({
      allowed: false,
      suggestion: "profile: 'workspace-net'",
    });
  });
});
