// The addon of win32 as its tests use it, in the process of a test and in those that it starts.
const addon = require(process.env.MOATED_WINDOWS_ADDON);
// Made by run.mjs out of src/compile/windows and test/helpers.
const { awkwardLists, environmentBlock, toCommandLine } = require(process.env.MOATED_WINDOWS_HELPERS);

const codes = { capture: -1, pipe: -2, ignore: -3 };

/** Hands a run to the addon as src/native/start.ts does; answers its token. */
function start(directives, request, done) {
  const { argv, env, cwd, searchPath, stdio } = request;
  const limits = [
    request.timeoutMs,
    request.maxCapture,
    request.maxOutput,
    0,
    request.processes,
    request.cpuMs,
  ];
  const numbers = [...limits, ...stdio.map((word) => codes[word] ?? word), argv.length, env.length];
  addon.numbers.set(numbers.map((number) => number ?? 0));
  const text = [cwd, searchPath, ...argv, ...env].map((word) => `${word}\0`).join('');
  return addon.start(addon.policy(directives), text, request.input, request.started, done);
}

module.exports = { addon, awkwardLists, environmentBlock, start, toCommandLine };
