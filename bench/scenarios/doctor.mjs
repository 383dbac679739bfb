// What the sandbox can enforce here, for the head of the table.
import { packageUrl } from '../lib/paths.mjs';

export async function measure(_options, { workspace }) {
  const { createSandbox } = await import(packageUrl);
  const sandbox = createSandbox({ profile: 'offline', workspace });
  const { landlockAbi, namespaces, cgroup } = sandbox.doctor().probe;
  return { tier: sandbox.explain().enforcement.tier, landlockAbi, namespaces, cgroup };
}
