import { fileURLToPath } from 'node:url';

/** The root of the package. */
export const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');

/** The built package, as a user imports it. */
export const packageUrl = new URL('../../dist/index.js', import.meta.url).href;

/** Its entry `moated/audit`. */
export const auditUrl = new URL('../../dist/audit_log.js', import.meta.url).href;

/** Absolute path of a file of bench/. */
export const inBench = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
