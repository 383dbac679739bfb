import { type GuaranteeReport } from '../types.js';

export function full(mechanism: string): GuaranteeReport {
  return { status: 'full', mechanism };
}

export function partial(mechanism: string, reason: string): GuaranteeReport {
  return { status: 'partial', mechanism, reason };
}

export function none(mechanism: string, reason: string): GuaranteeReport {
  return { status: 'none', mechanism, reason };
}

/** A guarantee that the profile leaves out on purpose. It is never asked of the machine. */
export function notPromised(reason = 'not promised by this profile'): GuaranteeReport {
  return { status: 'none', mechanism: 'nothing', reason };
}
