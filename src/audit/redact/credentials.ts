import { namesSecret } from './names.js';
import { count, secretMark, type Counts, type Step } from './text.js';

/** A value as it stands behind a name: quoted, or up to where a word ends. */
const value = String.raw`(?:\$?'(?:[^'\\]|\\.)*'?|\$?"(?:[^"\\]|\\.)*"?|(?:[^\s"'\\;|&<>(){},]|\\.)(?:[^\s"'\\;|&<>,)}]|\\.)*)`;
const marked = (text: string): boolean => text.includes(secretMark);

function remove(counts: Counts): string {
  count(counts, 'secret');
  return secretMark;
}

const userInfo = /\b([a-z][a-z0-9+.-]{1,20}:\/{2})([^\s/?#"'<>]{1,512})@/gi;

/** `scheme://user:password@` and `https://token@`. The name of the account alone stays where it is no secret, as in `ssh://git@`. */
export const removeUserInfo: Step = (text, counts) => {
  if (!text.includes('@')) return text;
  return text.replace(userInfo, (whole, scheme: string, info: string) => {
    const isName = !info.includes(':') && !/^(?:https?|wss?|ftps?|redis|mongodb)/i.test(scheme);
    return isName || info === secretMark ? whole : `${scheme}${remove(counts)}@`;
  });
};

const header =
  /\b((?:proxy-)?authorization|(?:set-)?cookie2?|x-[a-z-]*(?:key|token|auth|secret|signature|password)[a-z-]*|(?:private|job|deploy|access|auth|csrf|xsrf)-token|api-?key|ocp-apim-subscription-key|x-amz-security-token)(\s{0,4}:\s{0,4})([^\r\n"']+)/gi;
const scheme =
  /\b(Bearer|Basic|Digest|Negotiate|NTLM|AWS4-HMAC-SHA256|Token)(\s{1,4})(?=[\w.~+/=-]*[\d+/=_.-])([\w.~+/=-]{6,})/g;

/** Headers that carry credentials, to the end of the line or quote, and the schemes of `Authorization` wherever they stand. */
export const removeHeaders: Step = (text, counts) =>
  text
    .replace(header, (whole, name: string, colon: string, content: string) =>
      content.trim() === secretMark ? whole : `${name}${colon}${remove(counts)}`,
    )
    .replace(scheme, (_whole, name: string, space: string) => `${name}${space}${remove(counts)}`);

const assignment = new RegExp(
  // A name, possibly quoted, and then =, :=, : or => with a value.
  String.raw`(["']?)([A-Za-z_$][\w.$\[\]-]{0,100}|--?[A-Za-z][\w-]{0,100}|/[A-Za-z]{1,30}(?=:))\1(\s{0,3}(?::=|=>|=|:)\s{0,3})(${value})`,
  'g',
);

/** `NAME=value`, `--name=value`, `name: value` and `"name": "value"`, where the name is that of a secret. */
export const removeAssignments: Step = (text, counts) => {
  if (!/[=:]/.test(text)) return text;
  return text.replace(assignment, (whole, quote: string, name: string, sign: string, content: string) => {
    // `https:` is no name, and what is behind `--password` alone is not part of it.
    if (content.startsWith('//') || !namesSecret(name) || content === secretMark) return whole;
    return `${quote}${name}${quote}${sign}${remove(counts)}`;
  });
};

const option = new RegExp(String.raw`(?<![\w-])(--?[A-Za-z][\w-]{1,60})(\s{1,4})(?!-)(${value})`, 'g');

/** `--password value` in a line. */
export const removeOptions: Step = (text, counts) => {
  if (!text.includes('-')) return text;
  return text.replace(option, (whole, name: string, space: string, content: string) =>
    !namesSecret(name) || marked(content) ? whole : `${name}${space}${remove(counts)}`,
  );
};

const query = /([?&;])([\w.-]{1,60})=([^&\s"'#;<>]+)/g;

/** `?token=value` and the like. `code` and `key` are names of secrets there only. */
export const removeQuery: Step = (text, counts) => {
  if (!/[?&]/.test(text)) return text;
  return text.replace(query, (whole, sign: string, name: string, content: string) =>
    !(namesSecret(name) || /^(?:key|code|state|nonce|sas|se?ig)$/i.test(name)) || content === secretMark
      ? whole
      : `${sign}${name}=${remove(counts)}`,
  );
};
