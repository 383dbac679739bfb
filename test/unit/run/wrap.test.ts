import { describe, expect, it } from 'vitest';
import { requireWrap } from '../../../src/run/wrap.js';

describe('wrap', () => {
  it('is there on Linux', () => {
    expect(() => {
      requireWrap('linux');
    }).not.toThrow();
  });

  it.each(['darwin', 'win32'] as const)('is refused on %s, where nothing would confine', (platform) => {
    expect(() => {
      requireWrap(platform);
    }).toThrow(
      expect.objectContaining({
        code: 'ERR_UNSUPPORTED_FEATURE',
        message: expect.stringContaining(platform) as unknown,
      }),
    );
  });
});
