import { crypto } from '../../builtins.js';

/** Gives equal things equal names that reveal nothing without the key. */
export type Pseudonymise = (value: string) => string;

/** 40 bits: enough to tell the people of one log apart, too few to be worth collecting. */
const shown = 10;
const mostRemembered = 1000;

export function pseudonymiser(key: Uint8Array): Pseudonymise {
  const known = new Map<string, string>();
  return (value) => {
    let name = known.get(value);
    if (name === undefined) {
      name = crypto().createHmac('sha256', key).update(value).digest('hex').slice(0, shown);
      if (known.size >= mostRemembered) known.clear();
      known.set(value, name);
    }
    return name;
  };
}
