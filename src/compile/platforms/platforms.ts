import { type Guarantee, type Verification } from '../../types.js';
import { linuxRows } from './linux.js';
import { macosRows } from './macos.js';
import { type Rows, type Target } from './row.js';
import { targets } from './targets.js';
import { windowsRows } from './windows.js';

/** What `docs/platforms.md` and `moated doctor` say: every guarantee on every system. */
export const platforms: Readonly<Record<Target['system'], Rows>> = {
  linux: linuxRows,
  macos: macosRows,
  windows: windowsRows,
};

const order: readonly Verification[] = ['inspected', 'emulated', 'run'];

/** The lesser of two: what was shown on another target of a system was not shown on this one. */
function lesser(a: Verification, b: Verification): Verification {
  return order.indexOf(a) < order.indexOf(b) ? a : b;
}

/** How each guarantee was verified for a machine such as `linux-x64-glibc`; nothing was for one that is not in the table. */
export function verifiedOn(name: string): Readonly<Record<Guarantee, Verification>> | undefined {
  const target = targets.find((one) => one.name === name);
  if (target === undefined) return undefined;
  const rows = Object.entries(platforms[target.system]) as [Guarantee, Rows[Guarantee]][];
  return Object.fromEntries(
    rows.map(([guarantee, row]) => [guarantee, lesser(row.verified, target.verified)]),
  ) as Record<Guarantee, Verification>;
}
