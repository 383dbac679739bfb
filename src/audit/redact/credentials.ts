import { namesSecret } from './names.js';
import { count, secretMark, type Counts, type Step } from './text.js';

/** A value as it stands behind a name: quoted, or up to where a word ends. */
const value = String.raw`(?:\$?'(?:[^'\\]|\\.)*'?|\$?"(?:[^"\\]|\\.)*"?|(?:[^\s"'\\;|&<>(){},]|\\.)(?:[^\s"'\\;|&<>,)}]|\\.)*)`;

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
  /\b((?:proxy-)?authorization|(?:set-)?cookie2?|x-[a-z-]{0,40}?(?:key|token|auth|secret|signature|password)[a-z-]{0,40}|(?:private|job|deploy|access|auth|csrf|xsrf)-token|api-?key|ocp-apim-subscription-key|x-amz-security-token)(\s{0,4}:\s{0,4})([^\r\n"']+)/gi;
const scheme =
  /\b(Bearer|Basic|Digest|Negotiate|NTLM|AWS4-HMAC-SHA256|Token)(\s{1,4})(?=[\w.~+/=-]*[\d+/=_.-])([\w.~+/=-]{6,})/g;

/** Headers that carry credentials, to the end of the line or quote, and the schemes of `Authorization` wherever they stand. */
export const removeHeaders: Step = (text, counts) => {
  if (!/[:\s]/.test(text)) return text;
  return text
    .replace(header, (whole, name: string, colon: string, content: string) =>
      content.trim() === secretMark ? whole : `${name}${colon}${remove(counts)}`,
    )
    .replace(scheme, (_whole, name: string, space: string) => `${name}${space}${remove(counts)}`);
};

/** A name, possibly quoted, and then =, :=, : or =>. */
const assigned = /(["']?)([A-Za-z_$][\w.$[\]-]{0,100}|--?[A-Za-z][\w-]{0,100})\1\s{0,3}(?::=|=>|=|:)\s{0,3}/g;
/** `--name ` or `-name `, and no other option behind it. */
const followed = /(?<![\w-])()(--?[A-Za-z][\w-]{1,60})\s{1,4}(?!-)/g;
const valueHere = new RegExp(value, 'y');

/** Removes the values behind names of secrets. What is behind another name is looked at again: it may hold a name itself. */
function removeBehind(text: string, names: RegExp, counts: Counts): string {
  let rest = '';
  let done = 0;
  names.lastIndex = 0;
  for (let found = names.exec(text); found !== null; found = names.exec(text)) {
    // A name may also begin inside of what was taken for one, as in `error: PASSWORD=`.
    if (!namesSecret(found[2] ?? '') || text.startsWith('//', names.lastIndex)) continue;
    valueHere.lastIndex = names.lastIndex;
    const content = valueHere.exec(text)?.[0];
    if (content === undefined || content === secretMark) continue;
    rest += text.slice(done, names.lastIndex) + remove(counts);
    done = names.lastIndex + content.length;
    names.lastIndex = done;
  }
  return done === 0 ? text : rest + text.slice(done);
}

/** `NAME=value`, `--name=value`, `name: value` and `"name": "value"`, where the name is that of a secret. */
export const removeAssignments: Step = (text, counts) =>
  /[=:]/.test(text) ? removeBehind(text, assigned, counts) : text;

/** `--password value` in a line. */
export const removeOptions: Step = (text, counts) =>
  text.includes('-') && /\s/.test(text) ? removeBehind(text, followed, counts) : text;

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
