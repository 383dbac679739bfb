import { type Pseudonymise } from './pseudonym.js';
import { count, type Step } from './text.js';

const address = /(?<![\w.+%-])[\w.+%-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])/g;
/** Accounts of services, which every user of them has. */
const services = /^(?:git|svn|hg|noreply|no-reply)@/i;

/** E-mail addresses, each with a pseudonym. */
export function emailStep(pseudonymise: Pseudonymise): Step {
  return (text, counts) => {
    if (!text.includes('@')) return text;
    return text.replace(address, (found) => {
      if (services.test(found)) return found;
      count(counts, 'email');
      return `[EMAIL:${pseudonymise(found.toLowerCase())}]`;
    });
  };
}
