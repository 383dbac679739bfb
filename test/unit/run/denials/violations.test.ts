import { describe, expect, it } from 'vitest';
import { guaranteeOfRefusal } from '../../../../src/compile/macos/refusals.js';
import { type Denial } from '../../../../src/run/denials/denial.js';
import { reportOf, violationsOf } from '../../../../src/run/denials/violations.js';
import { home, macPolicy, workspace } from '../../compile/macos/macs.js';

const policy = macPolicy('workspace-write');
const all = { leftOut: 0, unread: 0, gaps: [], read: true };

function denial(operation: string, target: string, process = 'cat'): Denial {
  return { process, pid: 7, operation, target };
}

describe('the guarantee that a refusal kept', () => {
  it.each([
    ['file-read-data', `${home}/.ssh/id`, 'fs-secrets'],
    ['file-read-metadata', '/private/var/db/diagnostics', 'fs-secrets'],
    ['file-write-data', `${home}/.ssh/id`, 'fs-secrets'],
    ['file-write-create', '/Users/me/other/x', 'fs-write'],
    ['file-write-data', `${home}/.zshrc`, 'fs-write'],
    ['file-link', `${workspace}/link`, 'fs-write'],
    ['file-write-mode', '/Users/me/other/x', 'fs-metadata'],
    ['file-write-create', `${workspace}/.vscode`, 'fs-protected'],
    ['file-write-mode', `${workspace}/.git/config`, 'fs-protected'],
    // Inside of the workspace only what is protected, or the way to it, is refused.
    ['file-write-create', `${workspace}/.VSCODE`, 'fs-protected'],
    ['file-write-unlink', `${workspace}/.git`, 'fs-protected'],
    ['network-outbound', 'remote:*:443', 'network'],
    ['system-socket', 'domain:2', 'network'],
    ['network-outbound', '/private/var/run/docker.sock', 'host-sockets'],
    ['mach-lookup', 'com.apple.pasteboard.1', 'host-sockets'],
    ['signal', 'target:others', 'processes'],
    ['process-info-pidinfo', 'others', 'processes'],
    ['mach-priv-task-port', '', 'processes'],
    ['sysctl-read', 'kern.proc.all', 'privilege'],
    ['process-exec*', '/usr/bin/sudo', 'privilege'],
    ['something-new', 'x', 'privilege'],
    ['mach-lookup', 'com.apple.system.logger', undefined],
  ])('%s %s: %s', (operation, target, guarantee) => {
    expect(guaranteeOfRefusal(operation, target, policy)).toBe(guarantee);
  });
});

describe('a violation', () => {
  it('has the path, and its source is the kernel', () => {
    const refusals = { ...all, denials: [denial('file-read-data', `${home}/.ssh/id`)] };
    expect(violationsOf(refusals, policy)).toEqual([
      {
        guarantee: 'fs-secrets',
        operation: 'file-read-data',
        target: `${home}/.ssh/id`,
        source: 'kernel',
        message: `The kernel refused file-read-data ${home}/.ssh/id to cat (process 7).`,
      },
    ]);
  });

  it('is shown to a terminal and does not speak to it', () => {
    const nasty = '/a\u001b[2J\nb\u202ec\u0085\u2028';
    const [found] = violationsOf({ ...all, denials: [denial('file-read-data', nasty, 'x\u0007')] }, policy);
    expect(found?.target).toBe(nasty);
    expect(found?.message).toBe(
      'The kernel refused file-read-data /a\\u{1b}[2J\\u{a}b\\u{202e}c\\u{85}\\u{2028} to x\\u{7} (process 7).',
    );
  });

  it('is not made of what every program asks for', () => {
    expect(violationsOf({ ...all, denials: [denial('mach-lookup', 'com.apple.logd')] }, policy)).toEqual([]);
  });
});

describe('how much is known', () => {
  const reported = { status: 'partial', mechanism: 'the log', reason: 'the log can drop entries' } as const;

  it('is what the policy says when nothing is missing', () => {
    expect(reportOf(reported, { ...all, denials: [] })).toEqual(reported);
  });

  it('is less by what is missing', () => {
    const refusals = { ...all, denials: [], gaps: ['too late'], leftOut: 3, unread: 2 };
    expect(reportOf(reported, refusals).reason).toBe(
      'too late; 3 more were left out; 2 could not be read; the log can drop entries',
    );
  });

  it('is nothing where the log is not read', () => {
    const refusals = { ...all, denials: [], gaps: ['the log is not read'], read: false };
    expect(reportOf(reported, refusals)).toEqual({
      status: 'none',
      mechanism: 'nothing',
      reason: 'the log is not read',
    });
  });
});
