// node test/targets/macho/check.mjs ADDON     loads the addon for darwin-x64 into this Node on Linux and plays runs with it
//
// The launcher, a stand-in of sandbox-exec that confines nothing, and a played kernel that refuses one path and logs that, are built for
// Linux. The last line is `N passed, N failed`.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../../..');
const addon = resolve(process.argv[2] ?? join(root, 'prebuilds/darwin-x64/moated.node'));
const folder = mkdtempSync(join(tmpdir(), 'moated-macho-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const headers = join(root, 'node_modules/node-api-headers/include');
const sources = ['loader.c', 'libsystem.c', 'kqueue.c', 'processes.c'].map((file) => join(here, file));
const quiet = ['-std=gnu11', '-O1', '-Wall', '-Wextra', '-Werror'];
execFileSync('gcc', [
  ...quiet,
  '-shared',
  '-fPIC',
  '-pthread',
  `-I${headers}`,
  '-o',
  join(folder, 'loader.node'),
  ...sources,
]);
execFileSync('gcc', [...quiet, '-o', join(folder, 'sandbox-exec'), join(here, 'sandbox_exec.c')]);
execFileSync('gcc', [
  ...quiet,
  ...['-shared', '-fPIC', '-o', join(folder, 'refuse.so'), join(here, 'refuse.c')],
]);
execFileSync('g++', [
  ...['-std=c++20', '-O1', '-Wall', '-Wextra', '-Werror'],
  `-I${join(root, 'native')}`,
  `-I${join(here, 'include')}`,
  '-o',
  join(folder, 'moated-launcher'),
  join(root, 'native/macos/launcher/main.cc'),
]);
copyFileSync(addon, join(folder, 'moated.node'));

const temp = join(folder, 'T');
mkdirSync(temp);
Object.assign(process.env, { STAND_IN_TEMP: temp, STAND_IN_SANDBOX_EXEC: join(folder, 'sandbox-exec') });
const loader = createRequire(import.meta.url)(join(folder, 'loader.node'));
const native = loader.load(join(folder, 'moated.node'));

// Numbers of macOS, as the addon gives them.
const mac = { EPERM: 1, ENOENT: 2, EACCES: 13, EINVAL: 22, ENOTDIR: 20, ESTALE: 70, EPROTO: 100 };
const text = '(version 1)\n(deny default)\n; "quotes" and \\ arrive as they are\n';
const confined = ['seatbelt', 'on', 'profile', text, 'param', 'WRITE_0=/tmp/a b"(c)\n=d'];
const reasons = ['exit', 'timeout', 'canceled', 'output', 'memory', 'processes', 'cpu'];
const codes = { capture: -1, pipe: -2, ignore: -3 };
const callLog = join(folder, 'calls');

// What reads the kernel's log on a Mac, with a stand-in of `log`.
const kernelLog = join(folder, 'kernel.log');
writeFileSync(kernelLog, '');
writeFileSync(
  join(folder, 'log'),
  `#!/bin/sh\necho Filtering the log data\nexec tail -n 0 -f '${kernelLog}'\n`,
  {
    mode: 0o755,
  },
);
const reader = join(folder, 'reader.mjs');
buildSync({
  stdin: {
    contents: "export * from './refused.js'; export * from './kernel_log.js'",
    resolveDir: join(root, 'src/run/denials'),
    loader: 'ts',
  },
  ...{ bundle: true, platform: 'node', format: 'esm', outfile: reader },
});
const { KernelLog, refusedTo } = await import(pathToFileURL(reader).href);
const tools = { log: join(folder, 'log'), sandboxExec: join(folder, 'sandbox-exec') };
const enforcement = { denials: { status: 'partial', mechanism: 'played', reason: 'played' } };
const policy = {
  confined: true,
  filesystem: { read: 'all', readable: ['/'], writable: [], protected: [], hidden: [] },
};

/** The log, once it is read from the beginning of a run on. */
async function readLog() {
  const log = new KernelLog(tools, { beaconMs: 10_000, idleMs: 60_000 });
  for (;;) {
    const { gaps } = await log.watch().end('moated.run.none', true);
    if (gaps.length === 0) return log;
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** A profile under which the played kernel refuses to open a path. */
const refusing = (path) => [
  ...['seatbelt', 'on', 'profile'],
  `(version 1)(deny file-read-data (with message (param "TAG")) (literal "${path}"))`,
];

function start(directives, argv, more = {}) {
  let handle;
  const { then, env = [], ...request } = more;
  const ended = new Promise((done) => {
    // As src/native/start.ts does.
    const asked = {
      cwd: '/',
      stdio: ['ignore', 'capture', 'capture'],
      timeoutMs: 0,
      maxCapture: 1 << 20,
      maxOutput: 0,
      memory: 0,
      processes: 0,
      cpuMs: 0,
      ...request,
    };
    const lines = ['PATH=/usr/bin:/bin', 'TMPDIR=@scratch', `STAND_IN_LOG=${callLog}`, ...env];
    const { timeoutMs, maxCapture, maxOutput, memory, processes, cpuMs, stdio } = asked;
    native.numbers.set([timeoutMs, maxCapture, maxOutput, memory, processes, cpuMs]);
    native.numbers.set([...stdio.map((kind) => codes[kind] ?? kind), argv.length, lines.length], 6);
    const token = native.start(
      native.policy(directives),
      [asked.cwd, '/usr/bin:/bin', ...argv, ...lines, ''].join('\0'),
      asked.input,
      asked.started,
      (stdout, stderr, rare) => {
        const [reason, exitCode, signal, , , durationUs, userUs, systemUs, maxRss] = native.numbers;
        done({
          reason: reasons[reason],
          exitCode,
          signal,
          stdout: String(stdout ?? ''),
          stderr: String(stderr ?? ''),
          durationUs,
          cpuUs: userUs + systemUs,
          maxRss,
          ...rare,
        });
      },
    );
    handle = {
      kill: () => native.kill(token),
      signal: (number) => native.signal(token, number),
    };
  });
  then?.(handle);
  return ended;
}
const shell = (line, more, directives = confined) => start(directives, ['sh', '-c', line], more);

const alive = (pid) => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

const checks = {
  'says what it finds': () => {
    assert.deepEqual(native.probe(), {
      version: '14.5',
      sandboxExec: true,
      sandboxCheck: true,
      nested: false,
      launcher: true,
      uid: process.geteuid(),
    });
    assert.equal(native.probeCgroup(), false);
    assert.match(native.uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  },
  'decodes strictly': () => {
    for (const bad of [
      ...[
        [],
        ['profile', text],
        ['seatbelt', 'maybe'],
        ['seatbelt', 'on'],
        ['seatbelt', 'off', 'profile', text],
      ],
      ...[
        ['seatbelt', 'on', 'profile', text, 'param', 'SCRATCH=/'],
        ['seatbelt', 'on', 'profile', text, 'param', 'A_0='],
        ['seatbelt', 'on', 'profile', text, 'param', 'a_0=1'],
      ],
      ...[
        ['seatbelt', 'off', 'limit', 'files', '0'],
        ['seatbelt', 'off', 'limit', 'memory', '1'],
        ['seatbelt', 'off', 'hide', 'relative'],
      ],
      ...[
        ['seatbelt', 'off', 'seatbelt', 'off'],
        ['seatbelt', 'off', 'word', 'x'],
        ['seatbelt', 'off', 'limit', 'files'],
        ['seatbelt', 'off', 'param', 'A_0=1'],
      ],
    ]) {
      assert.throws(() => native.policy(bad), { stage: 'plan', errno: mac.EINVAL }, JSON.stringify(bad));
    }
  },
  // Before any other run: the directory is opened once.
  'refuses a scratch directory that is open to others': async () => {
    const parent = join(temp, 'moated-scratch');
    mkdirSync(parent);
    chmodSync(parent, 0o755);
    const { failure } = await shell('echo ran');
    assert.deepEqual(failure, { stage: 'scratch', syscall: 'fstat', errno: mac.EPERM, path: parent });
    chmodSync(parent, 0o700);
    assert.equal((await shell('stat -c %a "$TMPDIR"')).stdout, '700\n');
  },
  'starts sandbox-exec with the text, the parameters and the stage': async () => {
    const { stdout, exitCode, logTag } = await shell('echo "$TMPDIR"; exit 7');
    assert.equal(exitCode, 7);
    const words = readFileSync(callLog, 'utf8').split('\0').slice(0, -1);
    const parameters = Object.fromEntries(
      words.flatMap((word, index) =>
        words[index - 1] === '-D'
          ? [[word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]]
          : [],
      ),
    );
    assert.equal(parameters.WRITE_0, '/tmp/a b"(c)\n=d');
    assert.equal(parameters.SCRATCHES, join(temp, 'moated-scratch'));
    assert.equal(`${parameters.SCRATCH}\n`, stdout);
    assert.equal(dirname(parameters.SCRATCH), parameters.SCRATCHES);
    assert.equal(parameters.LAUNCHER, join(folder, 'moated-launcher'));
    assert.match(parameters.MARK_IN, /^moated\.run\.[0-9a-f-]{36}\.in$/);
    assert.equal(parameters.MARK_OUT, parameters.MARK_IN.replace(/in$/, 'out'));
    assert.equal(`${parameters.TAG}.in`, parameters.MARK_IN);
    assert.equal(logTag, parameters.TAG);
    assert.equal(words[words.indexOf('-p') + 1], text);
    assert.deepEqual(words.slice(words.indexOf('--')), [
      '--',
      parameters.LAUNCHER,
      '--stage',
      '/',
      '0',
      '0',
      '0',
      '0',
      '/usr/bin/sh',
      'sh',
      '-c',
      'echo "$TMPDIR"; exit 7',
    ]);
    const log = loader.log();
    // CLOEXEC_DEFAULT, SETSID, START_SUSPENDED, SETSIGMASK, SETSIGDEF; every signal at its default, none blocked.
    assert.match(log, /^posix_spawn \/usr\/bin\/sandbox-exec flags=448c defaults=ffffffff mask=0$/m);
    assert.deepEqual(
      log.match(/^dup2 .*$/gm),
      [0, 1, 2, 3].map((fd) => `dup2 to=${fd} out-of-the-way=1`),
    );
    assert.match(log, /^kill 19$/m);
    assert.deepEqual(readdirSync(parameters.SCRATCHES), []);
  },
  'puts a long text into a file that only we may read, and removes it': async () => {
    const long = `${text}${'; a long profile\n'.repeat(20_000)}`;
    const { stdout } = await shell('stat -c %a "$TMPDIR".sb; wc -c < "$TMPDIR".sb', {}, [
      'seatbelt',
      'on',
      'profile',
      long,
    ]);
    assert.equal(stdout, `600\n${long.length}\n`);
    const words = readFileSync(callLog, 'utf8').split('\0');
    assert.ok(!words.includes('-p') && words[words.indexOf('-f') + 1].endsWith('.sb'));
    assert.deepEqual(readdirSync(join(temp, 'moated-scratch')), []);
  },
  'runs without a profile where none is wanted': async () => {
    const { stdout } = await shell('echo hello', {}, ['seatbelt', 'off']);
    assert.equal(stdout, 'hello\n');
    assert.doesNotMatch(loader.log(), /sandbox-exec/);
  },
  'hands over input and tells the streams apart': async () => {
    const { stdout, stderr } = await shell('cat; echo error >&2', {
      stdio: ['capture', 'capture', 'capture'],
      input: Buffer.from('x'.repeat(300_000)),
    });
    assert.equal(stdout.length, 300_000);
    assert.equal(stderr, 'error\n');
  },
  'gives no descriptor but the three streams': async () => {
    const { stdout } = await shell('ls /proc/self/fd | tr "\\n" " "');
    // The fourth is that of ls itself.
    assert.equal(stdout, '0 1 2 3 ');
  },
  'puts the command into a session of its own': async () => {
    const { stdout } = await shell('cut -d" " -f1,6 /proc/self/stat; echo $$');
    const [fields, pid] = stdout.trim().split('\n');
    assert.equal(fields.split(' ')[1], pid);
  },
  'sets limits': async () => {
    const { stdout } = await shell('ulimit -t; ulimit -n; ulimit -f; ulimit -v', {}, [
      ...confined,
      'limit',
      'cpu',
      '5',
      'limit',
      'files',
      '64',
      'limit',
      'file-size',
      '1048576',
      'limit',
      'address-space',
      '1073741824',
    ]);
    assert.equal(stdout, '5\n64\n2048\n1048576\n');
  },
  'says that the program is missing, is none, or may not be executed': async () => {
    assert.deepEqual((await start(confined, ['no-such-program'])).failure, {
      stage: 'resolve',
      syscall: 'access',
      errno: mac.ENOENT,
      path: 'no-such-program',
    });
    assert.deepEqual((await start(confined, ['/no/such/program'])).failure, {
      stage: 'exec',
      syscall: 'execve',
      errno: mac.ENOENT,
      path: '/no/such/program',
    });
    const file = join(folder, 'not-executable');
    writeFileSync(file, 'x');
    assert.equal((await start(confined, [file])).failure.errno, mac.EACCES);
  },
  'says that the working directory is missing': async () => {
    assert.deepEqual((await shell('true', { cwd: '/no/such' })).failure, {
      stage: 'chdir',
      syscall: 'chdir',
      errno: mac.ENOENT,
      path: '/no/such',
    });
  },
  'takes a refused profile for a failure and not for the end of the command': async () => {
    const { failure, stderr } = await shell('exit 65', { env: ['STAND_IN_REFUSES=1'] });
    assert.deepEqual(failure, {
      stage: 'seatbelt',
      syscall: 'sandbox-exec',
      errno: mac.EPROTO,
      path: '/usr/bin/sandbox-exec',
    });
    assert.match(stderr, /profile refused/);
    const { failure: none, exitCode } = await shell('exit 65');
    assert.equal(none, undefined);
    assert.equal(exitCode, 65);
  },
  'tells the signal that ended the command': async () => {
    const { signal, exitCode } = await shell('kill -TERM $$');
    assert.equal(signal, 15);
    assert.equal(exitCode, -1);
  },
  'announces the command when it runs, and passes signals on': async () => {
    let handle;
    const { exitCode, stdout } = await shell(
      'trap "echo caught; exit 3" TERM; echo ready; while :; do sleep 0.05; done',
      {
        started: (pid) => {
          assert.ok(pid > 1);
          setTimeout(() => handle.signal(15), 300);
        },
        then: (made) => (handle = made),
      },
    );
    assert.equal(exitCode, 3);
    assert.equal(stdout, 'ready\ncaught\n');
  },
  'ends a run that takes too long': async () => {
    const { reason, signal, durationUs } = await shell('sleep 60', { timeoutMs: 200 });
    assert.equal(reason, 'timeout');
    assert.equal(signal, 9);
    assert.ok(durationUs > 190_000 && durationUs < 3_000_000, String(durationUs));
  },
  'ends a run that is canceled, also before it began': async () => {
    const { reason, signal } = await shell('sleep 60', { then: (handle) => handle.kill() });
    assert.equal(reason, 'canceled');
    assert.equal(signal, 9);
  },
  'ends a run that writes too much, and keeps what it may': async () => {
    const { reason, stdout } = await shell('yes', { maxOutput: 100_000, maxCapture: 1000 });
    assert.equal(reason, 'output');
    assert.equal(stdout.length, 1000);
  },
  'ends a run by its processes, memory and CPU time': async () => {
    assert.equal(
      (await shell('for i in 1 2 3 4 5 6 7 8; do sleep 60 & done; wait', { processes: 4 })).reason,
      'processes',
    );
    assert.equal(
      (
        await start(confined, [process.execPath, '-e', 'const a=[];for(;;)a.push(Buffer.alloc(1<<20,1))'], {
          memory: 256 << 20,
        })
      ).reason,
      'memory',
    );
    assert.equal((await shell('while :; do :; done', { cpuMs: 200 })).reason, 'cpu');
  },
  'leaves nobody behind: not in the background, nor in another session, nor without a parent': async () => {
    const left = '(setsid sleep 61 & echo $!); (setsid sh -c "sleep 62 & echo \\$!"); sleep 63 & echo $!; ';
    for (const line of [`${left} exit 0`, `${left} sleep 60`]) {
      const { stdout } = await shell(line, { timeoutMs: 500 });
      const pids = stdout.trim().split('\n').map(Number);
      assert.equal(pids.length, 3);
      assert.deepEqual(pids.map(alive), [false, false, false], line);
    }
  },
  'control: without the mark a process that left its session and lost its parent gets away': async () => {
    process.env.STAND_IN_NO_CHECK = '1';
    try {
      assert.equal(native.probe().sandboxCheck, false);
      const { stdout } = await shell('(setsid sleep 64 & echo $!); sleep 0.3');
      const pid = Number(stdout);
      assert.equal(alive(pid), true);
      process.kill(pid, 'SIGKILL');
    } finally {
      delete process.env.STAND_IN_NO_CHECK;
    }
  },
  'touches no process of another run': async () => {
    let other;
    const ended = shell('sleep 1; echo done', { then: (handle) => (other = handle) });
    await shell('sleep 60', { timeoutMs: 300 });
    assert.equal((await ended).stdout, 'done\n');
    assert.ok(other);
  },
  'removes a scratch directory whatever is in it': async () => {
    await shell('cd "$TMPDIR" && mkdir -p a/b/c && ln -s / link && touch a/b/file && chmod 0 a/b a');
    assert.deepEqual(readdirSync(join(temp, 'moated-scratch')), []);
    assert.ok(existsSync('/usr'));
  },
  'starts nothing when a path of the policy is not what it was': async () => {
    const file = join(folder, 'guarded');
    const directives = [...confined, 'absent', file];
    const policy = native.policy(directives);
    assert.ok(policy);
    writeFileSync(file, 'x');
    const { stale, failure } = await shell('echo ran', {}, directives);
    assert.equal(stale, true);
    assert.equal(failure.errno, mac.ESTALE);
  },
  'says which hidden and protected paths were replaced meanwhile': async () => {
    const file = join(folder, 'hidden');
    writeFileSync(file, 'x');
    const { changed } = await shell(`touch ${file}.new; mv ${file}.new ${file}`, {}, [
      ...confined,
      'hide',
      file,
    ]);
    assert.deepEqual(changed, [file]);
  },
  "tells each run what the kernel's log says was refused to it": async () => {
    const log = await readLog();
    const other = '\nmoated.run.11111111-2222-4333-8444-555555555555';
    const files = ['secret', `secret${other}`].map((name) => join(folder, name));
    for (const file of files) writeFileSync(file, 'content');
    const ran = await Promise.all(
      files.map(async (file) => {
        const watch = log.watch();
        const outcome = await start(refusing(file), ['cat', file]);
        return { file, outcome, told: await refusedTo(watch, outcome, { policy, enforcement }) };
      }),
    );
    for (const { file, outcome, told } of ran) {
      assert.equal(outcome.exitCode, 1);
      assert.match(outcome.stderr, /Operation not permitted/);
      assert.deepEqual(
        told.violations.map(({ guarantee, operation, target, source }) => [
          guarantee,
          operation,
          target,
          source,
        ]),
        [['fs-secrets', 'file-read-data', file, 'kernel']],
      );
      assert.deepEqual(told.denials, enforcement.denials);
    }
    assert.notEqual(ran[0].outcome.logTag, ran[1].outcome.logTag);
    // The control: the same command under a profile that allows it, while others are refused.
    const watch = log.watch();
    const [outcome] = await Promise.all([
      start(refusing(files[0]), ['sh', '-c', 'cat "$0"; exit 1', files[1]]),
      start(refusing(files[1]), ['cat', files[1]]),
    ]);
    assert.equal(outcome.stdout, 'content');
    const { violations } = await refusedTo(watch, outcome, { policy, enforcement });
    assert.deepEqual(violations, []);
  },
  'tells nothing of a run without a profile, or that never started': async () => {
    const { logTag } = await shell('true', {}, ['seatbelt', 'off']);
    assert.equal(logTag, undefined);
    const log = await readLog();
    const outcome = await start(confined, ['/no/such/program']);
    assert.equal(await refusedTo(log.watch(), outcome, { policy, enforcement }), undefined);
  },
  'plays many runs at once': async () => {
    const results = await Promise.all(Array.from({ length: 40 }, (_, index) => shell(`echo ${index}`)));
    assert.deepEqual(
      results.map(({ stdout }) => stdout),
      Array.from({ length: 40 }, (_, index) => `${index}\n`),
    );
    const open = readdirSync('/proc/self/fd').length;
    await Promise.all(Array.from({ length: 40 }, () => shell('true')));
    // The stand-in of kqueue keeps nothing either.
    assert.ok(readdirSync('/proc/self/fd').length <= open + 2);
  },
};

let passed = 0;
const failed = [];
const only = process.argv[3];
for (const [name, check] of Object.entries(checks)) {
  if (only !== undefined && !name.includes(only)) continue;
  loader.log();
  try {
    await check();
    passed += 1;
  } catch (error) {
    failed.push(name);
    console.log(`failed: ${name}\n${error.stack}`);
  }
}
console.log(`${passed} passed, ${failed.length} failed`);
process.exitCode = failed.length > 0 ? 1 : 0;
