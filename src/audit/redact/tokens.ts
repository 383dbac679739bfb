import { count, secretMark, type Step } from './text.js';

/** Tokens that their own shape gives away. The issuers chose most of these shapes so that scanners find them. */
const shapes: readonly string[] = [
  // GitHub, GitLab, Bitbucket, Atlassian
  'gh[pousr]_[A-Za-z0-9]{16,}',
  'github_pat_[A-Za-z0-9_]{16,}',
  'gl(?:pat|dt|rt|ptt|agent|oas|cbt|ft|imt|soat|ffct)-[\\w.-]{16,}',
  'GR1348941[\\w-]{16,}',
  'ATATT3[\\w=-]{20,}',
  'ATBB[A-Za-z0-9]{20,}',
  // clouds
  '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}',
  'AIza[\\w-]{30,}',
  'ya29\\.[\\w-]{16,}',
  'GOCSPX-[\\w-]{16,}',
  'do[opr]_v1_[a-f0-9]{32,}',
  'dapi[a-f0-9]{32}',
  'FlyV1 [\\w+/=,-]{20,}',
  'fo1_[\\w-]{20,}',
  'LTAI[A-Za-z0-9]{12,}',
  'hvs\\.[\\w-]{16,}',
  'hvb\\.[\\w-]{16,}',
  'dp\\.(?:pt|st|ct|sa|scim|audit)\\.[\\w.-]{16,}',
  '[A-Za-z0-9]{14}\\.atlasv1\\.[\\w-]{20,}',
  'pul-[a-f0-9]{40}',
  'sbp_[a-f0-9]{20,}',
  'ops_eyJ[\\w-]{20,}',
  // models
  'sk-[\\w-]{16,}',
  'hf_[A-Za-z0-9]{16,}',
  'gsk_[A-Za-z0-9]{16,}',
  'xai-[A-Za-z0-9]{16,}',
  'r8_[A-Za-z0-9]{16,}',
  'pplx-[A-Za-z0-9]{16,}',
  // packages
  'npm_[A-Za-z0-9]{16,}',
  'pypi-[\\w-]{16,}',
  'rubygems_[a-f0-9]{16,}',
  'dckr_(?:pat|oat)_[\\w-]{16,}',
  'oy2[a-z0-9]{43}',
  'cio[A-Za-z0-9]{32}',
  // money and messages
  '[sr]k_(?:live|test)_[A-Za-z0-9]{10,}',
  'whsec_[\\w+/=-]{16,}',
  'sq0(?:atp|csp)-[\\w-]{16,}',
  'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{16,}',
  'xox[abeoprs]-[\\w-]{10,}',
  'xapp-[\\w-]{10,}',
  'hooks\\.slack\\.com/(?:services|workflows)/[\\w/-]{10,}',
  'discord(?:app)?\\.com/api/webhooks/[\\w/-]{10,}',
  '[MNO][A-Za-z\\d_-]{23,25}\\.[\\w-]{6}\\.[\\w-]{27,}',
  '\\d{8,10}:AA[\\w-]{30,}',
  'SG\\.[\\w-]{16,}\\.[\\w-]{16,}',
  'SK[a-f0-9]{32}',
  'key-[a-f0-9]{32}',
  '[a-f0-9]{32}-us\\d{1,2}',
  // tools
  'glsa_[\\w]{20,}',
  'glc_[\\w+/=]{20,}',
  'lin_api_[A-Za-z0-9]{16,}',
  'ntn_[A-Za-z0-9]{16,}',
  'figd_[\\w-]{16,}',
  'NRAK-[A-Z0-9]{16,}',
  'sntry[su]_[\\w+/=-]{16,}',
  'ph[cx]_[A-Za-z0-9]{20,}',
  'PMAK-[a-f0-9-]{20,}',
  'sl\\.[\\w-]{40,}',
  'tskey-[\\w-]{16,}',
  'EAA[A-Za-z0-9]{40,}',
  // keys and signed tokens
  'AGE-SECRET-KEY-1[0-9A-Z]{20,}',
  'eyJ[\\w-]{8,}\\.[\\w-]{4,}(?:\\.[\\w-]*){0,3}',
];

const token = new RegExp(`(?<![A-Za-z0-9_])(?:${shapes.join('|')})`, 'g');
const privateKey =
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g;

/** No shape above is shorter. */
const shortest = 15;

/** Removes private keys and tokens of known services. */
export const removeTokens: Step = (text, counts) => {
  const remove = (): string => {
    count(counts, 'secret');
    return secretMark;
  };
  if (text.length < shortest) return text;
  const rest = text.includes('PRIVATE KEY') ? text.replace(privateKey, remove) : text;
  return rest.replace(token, remove);
};
