/** A measurement beside its target. `met` is undefined when there is none. */
export function judge(target, measured) {
  const { name, what, unit, atMost, atLeast } = target;
  const base = { name, what, unit, ...(atMost === undefined ? { atLeast } : { atMost }) };
  if (measured.skipped !== undefined) return { ...base, skipped: measured.skipped };
  const met = atMost === undefined ? measured.value >= atLeast : measured.value <= atMost;
  return { ...base, ...measured, met };
}

export const missing = ({ met }) => met !== true;
