/** One line for each guarantee of a report of `moated doctor --json`, for the profiles that differ. */
export function guaranteeLines(report) {
  return report.profiles.flatMap(({ profile, runs, reason, enforcement }) => {
    const weak = Object.entries(enforcement?.guarantees ?? {}).filter(([, { status }]) => status !== 'full');
    const head = `    ${profile}: ${runs ? 'runs' : 'refused'}${enforcement ? `, tier ${enforcement.tier}` : ''}`;
    if (!runs) return [head, `      ${reason}`];
    if (enforcement.tier === 'unconfined') return [head];
    return [head, ...weak.map(([name, { status, reason: why }]) => `      ${name}: ${status} (${why})`)];
  });
}

/** How many names begin with the same suite. */
function byFirst(names) {
  const counts = new Map();
  for (const name of names.map((one) => one.split(' > ')[0])) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** The counts of one round of tests. Returns the number of failures. */
export function printResult(result) {
  let failed = 0;
  const fail = (text) => {
    failed += 1;
    console.log(`  FAILED: ${text}`);
  };
  const refused =
    result.refused.length > 0 ? `, ${result.refused.length} refused with ERR_UNSUPPORTED_FEATURE` : '';
  const skipped = result.skipped > 0 ? `, ${result.skipped} skipped` : '';
  console.log(
    `    operations and attacks: ${result.passed} as promised, ${result.failed} not${refused}${skipped}`,
  );
  if (result.passed === 0) fail('no test was run');
  for (const [name, count] of byFirst(result.refused.map((one) => one.name)))
    console.log(`      refused: ${name} (${count})`);
  for (const name of result.impossible)
    console.log(`      not possible on this machine even without a sandbox: ${name}`);
  for (const { name, message } of result.failures) fail(`${name}: ${message}`);
  return failed;
}

/** What the installed package did: the lines of scripts/smoke.mjs. Returns the number of failures. */
export function printSmoke(lines) {
  for (const line of lines) console.log(`    installed package: ${line}`);
  const wrong = lines.filter((line) => line.startsWith('failed: '));
  if (!/^\d+ passed, \d+ failed, \d+ skipped$/.test(lines.at(-1) ?? '')) wrong.push('no summary');
  for (const line of wrong) console.log(`  FAILED: ${line}`);
  return wrong.length;
}

/** What of a report of `moated doctor --json` is not what a kernel is known for. */
function surprises({ probe, profiles }, { abi, confines }, mode) {
  const wrong = profiles.filter(
    ({ profile, runs }) =>
      ['offline', 'workspace-write', 'workspace-net'].includes(profile) && runs !== confines[mode],
  );
  return [
    ...(probe.landlockAbi === abi ? [] : [`Landlock ABI ${probe.landlockAbi} instead of ${abi}`]),
    ...wrong.map(({ profile, runs }) => `${profile} ${runs ? 'runs' : 'is refused'} here`),
  ];
}

/** What a machine said, for people. `kernel` is what is known of it. Returns the number of failures. */
export function printGuest({ lines, log, seconds }, kernel) {
  let failed = 0;
  const fail = (text) => {
    failed += 1;
    console.log(`  FAILED: ${text}`);
  };
  const smoke = [];
  let mode;
  for (const line of lines) {
    const [word, ...rest] = line.split(' ');
    const text = rest.join(' ');
    if (word === 'kernel') console.log(`  ${text}`);
    else if (word === 'mode') {
      mode = text;
      console.log(
        `  as an ordinary user, ${text === 'light' ? 'user namespaces off' : 'user namespaces on'}:`,
      );
    } else if (word === 'doctor') {
      const report = JSON.parse(text);
      const { landlockAbi, landlockState, namespaces, seccomp, cgroup } = report.probe;
      console.log(
        `    Landlock ${landlockState}, ABI ${landlockAbi}; namespaces ${namespaces}; seccomp ${seccomp}; control groups ${cgroup}`,
      );
      console.log(guaranteeLines(report).join('\n'));
    } else if (word === 'hard') {
      for (const surprise of surprises(JSON.parse(text), kernel, mode)) fail(surprise);
    } else if (word === 'smoke') {
      smoke.push(text);
    } else if (word === 'result') {
      failed += printSmoke(smoke.splice(0));
      failed += printResult(JSON.parse(text));
    } else if (word === 'done') console.log(`  ${seconds.toFixed(0)} s`);
  }
  const results = lines.filter((line) => line.startsWith('result ')).length;
  if (results !== 2 || !lines.some((line) => line.startsWith('done'))) {
    fail(`the machine gave ${results} of 2 results; its console ended with\n${log.slice(-3000)}`);
  }
  return failed;
}
