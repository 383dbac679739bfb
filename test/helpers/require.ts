/**
 * MOATED_REQUIRE names the features that this machine is known to have, such as `landlock,seccomp,userns`. Where one of them is not
 * found, tests that need it fail instead of being skipped, so that a broken probe cannot make a suite green.
 */
export function isRequired(feature: string, list = process.env['MOATED_REQUIRE'] ?? ''): boolean {
  return list.split(',').some((name) => name.trim() === feature);
}

const told = new Set<string>();

/**
 * True when the feature is there. Otherwise throws if MOATED_REQUIRE names it, or else says once why tests are skipped. Call it while
 * tests are declared: `describe.skipIf(!skipUnless('userns', namespacesAvailable(), 'unshare failed'))`.
 */
export function skipUnless(feature: string, available: boolean, reason: string): boolean {
  if (available) return true;
  if (isRequired(feature)) throw new Error(`MOATED_REQUIRE names ${feature}, which is missing: ${reason}`);
  const line = `skipped: ${feature} is missing: ${reason}`;
  if (!told.has(line)) {
    told.add(line);
    process.stderr.write(`${line}\n`);
  }
  return false;
}
