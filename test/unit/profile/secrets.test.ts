import { describe, expect, it } from 'vitest';
import { secretPaths } from '../../../src/profile/secret_paths.js';
import { secretGroups } from '../../../src/profile/secrets.js';

const all = secretGroups.flatMap((group) => group.paths);

describe('the list of credential files', () => {
  it('has everything that the design promises', () => {
    expect(all).toEqual(
      expect.arrayContaining([
        ...[
          '~/.ssh',
          '~/.gnupg',
          '~/.aws',
          '~/.azure',
          '~/.config/gcloud',
          '~/.config/gh',
          '~/.docker/config.json',
          '~/.kube',
        ],
        ...[
          '~/.netrc',
          '~/.npmrc',
          '~/.pypirc',
          '~/.git-credentials',
          '~/.password-store',
          '~/.mozilla',
          '~/.config/chromium',
        ],
        ...[
          '~/.config/google-chrome',
          '~/.local/share/keyrings',
          '/etc/shadow',
          '/etc/gshadow',
          '~/.vault-token',
        ],
        ...[
          '~/.config/op',
          '~/.config/hub',
          '~/.cargo/credentials',
          '~/.cargo/credentials.toml',
          '~/.m2/settings.xml',
        ],
        ...[
          '~/.gem/credentials',
          '~/.terraform.d/credentials.tfrc.json',
          '~/.huggingface/token',
          '~/.bash_history',
        ],
      ]),
    );
  });

  it('names each path once, absolutely or below the home directory, and hides no directory that programs live in', () => {
    expect(new Set(all).size).toBe(all.length);
    for (const path of all) expect(path).toMatch(/^(~\/|\/(etc|run|var\/run)\/)[^*?]*[^/]$/);
    for (const path of [
      '~/.config',
      '~/.cache',
      '~/.local',
      '~/.local/share',
      '~/.cargo',
      '~/.docker',
      '/etc',
      '~/.gitconfig',
    ]) {
      expect(all).not.toContain(path);
    }
  });

  it('applies to every home, and to a platform only what it has', () => {
    const linux = secretPaths(['/home/a', '/b'], 'linux');
    expect(linux).toEqual(expect.arrayContaining(['/home/a/.ssh', '/b/.ssh', '/etc/shadow']));
    expect(linux.some((path) => path.includes('Library'))).toBe(false);
    expect(secretPaths(['/Users/a'], 'darwin')).toContain('/Users/a/Library/Keychains');
    expect(secretPaths([], 'linux').every((path) => path.startsWith('/'))).toBe(true);
  });
});
