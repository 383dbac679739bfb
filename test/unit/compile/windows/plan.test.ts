import { describe, expect, it } from 'vitest';
import { systemOf } from '../../../../src/compile/systems.js';
import { requireWindowsMinimum } from '../../../../src/compile/windows/minimum.js';
import { compileWindows } from '../../../../src/compile/windows/plan.js';
import { windowsSystem } from '../../../../src/compile/windows/system.js';
import {
  type Limits,
  type ProfileName,
  type SandboxPolicy,
  type WindowsProbe,
} from '../../../../src/types.js';
import { directive, machines, noContainer, policy, windows, wine, workspace } from './machines.js';

const profiles: readonly ProfileName[] = [
  'offline',
  'net-read-only',
  'workspace-write',
  'workspace-net',
  'trusted',
];
const confined = profiles.filter((profile) => profile !== 'trusted');

/** One directive a line, so that a changed plan shows what changed. */
function lines(directives: readonly string[]): string {
  const shown: string[] = [];
  for (let at = 0; at < directives.length;) {
    const length = directives[at] === 'limit' ? 3 : 2;
    shown.push(directives.slice(at, at + length).join(' '));
    at += length;
  }
  return shown.join('\n');
}

const directivesOf = (one: SandboxPolicy, probe: WindowsProbe = windows): readonly string[] =>
  compileWindows(one, probe).directives;

function refusal(one: SandboxPolicy, probe: WindowsProbe): string | undefined {
  try {
    requireWindowsMinimum(one, probe, compileWindows(one, probe).enforcement);
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_UNSUPPORTED_FEATURE' });
    return (error as Error).message;
  }
}

describe.each(Object.entries(machines))('plans of a machine: %s', (_name, probe) => {
  it.each(profiles)('%s', (profile) => {
    const { directives, enforcement } = compileWindows(policy(profile), probe);
    expect(lines(directives)).toMatchSnapshot('directives');
    expect(enforcement).toMatchSnapshot('enforcement');
  });

  it('start with a job that ends its tree, and never share a console with what is confined', () => {
    for (const profile of profiles) {
      const directives = directivesOf(policy(profile), probe);
      expect(directives.slice(0, 2)).toEqual(['job', 'kill-on-close']);
      expect(directive(directives, 'console')).toEqual([profile === 'trusted' ? 'host' : 'own']);
      expect(directive(directives, 'token')).toEqual([profile === 'trusted' ? 'host' : 'restricted']);
    }
  });
});

describe('a container', () => {
  it('has network capabilities only where the profile has the network', () => {
    for (const profile of confined) {
      const expected = profile === 'workspace-net' ? 'network' : 'no-network';
      expect(directive(directivesOf(policy(profile)), 'container')).toEqual([expected]);
    }
  });

  it('is granted the workspace and what is named, never everything', () => {
    const one = policy('offline', { filesystem: { readable: ['/', 'D:\\tools', 'D:\\tools\\node'] } });
    expect(directive(directivesOf(one), 'read')).toEqual([workspace, 'D:\\tools']);
    expect(directive(directivesOf(one), 'write')).toEqual([]);
  });

  it('is granted nothing where there is none', () => {
    for (const profile of confined) {
      for (const keyword of ['read', 'write', 'protect', 'pin', 'hide']) {
        expect(directive(directivesOf(policy(profile), noContainer), keyword)).toEqual([]);
      }
    }
  });

  it('gets no write at or below a protected path', () => {
    const writable = [workspace, `${workspace}\\.GIT\\HOOKS\\deep`];
    const directives = directivesOf(policy('workspace-write', { filesystem: { writable } }));
    expect(directive(directives, 'write')).toEqual([workspace]);
  });

  it('takes the paths of a policy in either spelling', () => {
    const writable = ['c:/Users/user/project/'];
    expect(directive(directivesOf(policy('workspace-write', { filesystem: { writable } })), 'write')).toEqual(
      [workspace],
    );
  });

  it.each(['\\\\server\\share', 'C:\\x:stream', 'C:work', 'C:\\work\\NUL'])('is never granted %j', (path) => {
    expect(() => directivesOf(policy('workspace-write', { filesystem: { writable: [path] } }))).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_PATH' }),
    );
  });
});

describe('without a container', () => {
  it('the integrity level is low exactly where nothing may be written', () => {
    expect(directive(directivesOf(policy('offline'), noContainer), 'integrity')).toEqual(['low']);
    expect(directive(directivesOf(policy('workspace-write'), noContainer), 'integrity')).toEqual([]);
  });
});

describe('the user interface', () => {
  it('is restricted for what is confined, unless a job is around us already', () => {
    expect(directive(directivesOf(policy('offline')), 'ui')).toHaveLength(8);
    expect(directive(directivesOf(policy('offline'), { ...windows, inJob: true }), 'ui')).toEqual([]);
    expect(directive(directivesOf(policy('trusted')), 'ui')).toEqual([]);
  });
});

describe('limits', () => {
  const limits = { cpuMs: 1500.5, memoryBytes: 99, addressSpaceBytes: 77, processes: 5, scratchBytes: 1 };

  it('become limits of the job', () => {
    const { directives, watchdog } = compileWindows(policy('offline', { limits }), windows);
    expect(directive(directives, 'limit')).toEqual([
      'cpu 1501',
      'memory 99',
      'process-memory 77',
      'processes 5',
    ]);
    expect(watchdog).toEqual({ memory: 0, processes: 0, cpuMs: 1500.5 });
  });

  it('are watched as far as that is possible where the job does not hold them', () => {
    expect(compileWindows(policy('offline', { limits }), wine).watchdog).toEqual({
      memory: 0,
      processes: 5,
      cpuMs: 1500.5,
    });
  });

  it('hold for a run that is not confined, too', () => {
    const directives = directivesOf(policy('trusted', { limits: { memoryBytes: 5 } }));
    expect(directives).toEqual([
      'job',
      'kill-on-close',
      'token',
      'host',
      'console',
      'host',
      'limit',
      'memory',
      '5',
    ]);
  });

  it('of one process forbid children', () => {
    expect(directive(directivesOf(policy('offline', { limits: { processes: 1 } })), 'children')).toEqual([
      'none',
    ]);
    expect(directive(directivesOf(policy('offline', { limits: { processes: 2 } })), 'children')).toEqual([]);
  });

  it.each<Limits>([{ files: 64 }, { fileSizeBytes: 1 }])('that nothing holds refuse the run: %j', (asked) => {
    expect(refusal(policy('trusted', { limits: asked }), windows)).toContain(
      `nothing holds ${Object.keys(asked)[0] ?? ''}`,
    );
    expect(refusal(policy('trusted', { limits: asked, compat: 'best-effort' }), windows)).toBeUndefined();
  });
});

describe('what starts', () => {
  it('under `hard` is what the machine can give whole', () => {
    for (const profile of ['offline', 'workspace-write', 'workspace-net', 'trusted'] as const) {
      expect(refusal(policy(profile), windows)).toBeUndefined();
    }
    for (const profile of ['offline', 'workspace-write'] as const) {
      expect(refusal(policy(profile), noContainer)).toContain('fs-write');
    }
    expect(refusal(policy('net-read-only'), windows)).toContain('egress broker');
  });

  it('under `best-effort` is more, and says less', () => {
    const one = policy('offline', { compat: 'best-effort' });
    expect(refusal(one, noContainer)).toBeUndefined();
    const { guarantees } = compileWindows(one, noContainer).enforcement;
    expect(guarantees.network.status).toBe('none');
    expect(guarantees['fs-secrets'].status).toBe('none');
  });

  it('is never a confined run with nothing that confines it', () => {
    for (const profile of confined) {
      expect(refusal(policy(profile, { compat: 'best-effort' }), wine)).toBeDefined();
    }
    expect(refusal(policy('trusted'), wine)).toBeUndefined();
  });

  it('says why for every guarantee that is not full', () => {
    for (const probe of Object.values(machines)) {
      for (const profile of profiles) {
        const { guarantees } = compileWindows(policy(profile), probe).enforcement;
        for (const report of Object.values(guarantees)) {
          if (report.status !== 'full') expect(report.reason).toBeTruthy();
        }
      }
    }
  });
});

describe('the system', () => {
  it('is found by its platform', () => {
    expect(systemOf('win32')).toBe(windowsSystem);
  });

  it('notes what a machine lacks', () => {
    expect(windowsSystem.notes(wine).join('\n')).toMatch(/Wine/);
    expect(windowsSystem.notes(windows).join('\n')).toMatch(/has not been tried/);
    expect(windowsSystem.notes({ ...windows, build: 14_393 }).join('\n')).toMatch(
      /older than Windows 10 1809/,
    );
    expect(windowsSystem.notes({ ...windows, elevated: true, inJob: true })).toHaveLength(4);
  });

  it('hands the addon a program and a command line', () => {
    expect(windowsSystem.encode?.argv(['C:\\x.exe', 'a b'])).toEqual(['C:\\x.exe', 'C:\\x.exe "a b"']);
    expect(windowsSystem.encode?.environment(['b=1', 'A=2'])).toEqual(['A=2', 'b=1']);
  });
});
