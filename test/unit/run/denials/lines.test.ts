import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Lines } from '../../../../src/run/denials/lines.js';

it('gives the same lines however the text is cut', () => {
  const text = fc.array(fc.constantFrom('a', 'bc', '\n', '\r', '\u2028', 'é'), { maxLength: 40 });
  fc.assert(
    fc.property(text, fc.array(fc.nat(60), { maxLength: 6 }), (parts, cuts) => {
      const whole = parts.join('');
      const places = [
        0,
        ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b),
        whole.length,
      ];
      const lines = new Lines(1000);
      const found = places.slice(1).flatMap((end, index) => lines.take(whole.slice(places[index], end)));
      expect(found).toEqual(whole.split('\n').slice(0, -1));
      expect(lines.dropped).toBe(0);
    }),
  );
});

it('drops a line that is too long, counts it, and reads on', () => {
  const lines = new Lines(10);
  const found = ['0123456789\n0123', '456789', 'x'.repeat(1_000_000), '\nafter\n', '0123456789a\n', 'end\n'];
  expect(found.flatMap((chunk) => lines.take(chunk))).toEqual(['0123456789', 'after', 'end']);
  expect(lines.dropped).toBe(2);
});
