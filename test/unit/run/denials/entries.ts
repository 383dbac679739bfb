/** Entries as the kernel writes them and `log stream --style ndjson` prints them: the form was seen in public logs, on no Mac of ours. */

export const tag = 'moated.run.0b5e7d2c-1f3a-4c6b-8d9e-a1b2c3d4e5f6';
export const otherTag = 'moated.run.11111111-2222-4333-8444-555555555555';
export const sender = '/System/Library/Extensions/Sandbox.kext/Contents/MacOS/Sandbox';

/** What a process called `name` was refused. */
export function report(name: string, operation: string, target: string, pid = 1234): string {
  return `Sandbox: ${name}(${pid}) deny(1) ${operation}${target === '' ? '' : ` ${target}`}`;
}

export function entry(message: string, more: Readonly<Record<string, unknown>> = {}): string {
  // `log` writes slashes as `\/`.
  return JSON.stringify({
    eventMessage: message,
    processID: 0,
    processImagePath: '/kernel',
    senderImagePath: sender,
    messageType: 'Error',
    ...more,
  }).replaceAll('/', String.raw`\/`);
}
