import { type Verdict } from '../types.js';

interface Meaning {
  readonly name: string;
  readonly meaning: string;
  readonly verdict: Extract<Verdict, 'exit' | 'signal' | 'limit' | 'memory'>;
}

function crash(name: string, meaning: string): Meaning {
  return { name, meaning, verdict: 'signal' };
}

/** NTSTATUS values that Windows itself gives a process as its exit code. A crash is what a signal is elsewhere. */
const meanings: ReadonlyMap<number, Meaning> = new Map([
  [0x40010004, crash('DBG_TERMINATE_PROCESS', 'a debugger ended it')],
  [0x80000003, crash('STATUS_BREAKPOINT', 'it ran into a breakpoint')],
  [0xc0000005, crash('STATUS_ACCESS_VIOLATION', 'it used memory that it may not use')],
  [0xc0000006, crash('STATUS_IN_PAGE_ERROR', 'a page of a file could not be read')],
  [0xc0000008, crash('STATUS_INVALID_HANDLE', 'it used a handle that is not open')],
  [0xc0000017, { name: 'STATUS_NO_MEMORY', meaning: 'there was not enough memory', verdict: 'memory' }],
  [0xc000001d, crash('STATUS_ILLEGAL_INSTRUCTION', 'it ran an instruction that the processor lacks')],
  [0xc0000022, { name: 'STATUS_ACCESS_DENIED', meaning: 'access was denied', verdict: 'exit' }],
  [0xc0000025, crash('STATUS_NONCONTINUABLE_EXCEPTION', 'it went on after an exception that ends it')],
  [0xc0000044, { name: 'STATUS_QUOTA_EXCEEDED', meaning: 'a quota was used up', verdict: 'limit' }],
  [
    0xc000007b,
    { name: 'STATUS_INVALID_IMAGE_FORMAT', meaning: 'a library is for another processor', verdict: 'exit' },
  ],
  [0xc0000094, crash('STATUS_INTEGER_DIVIDE_BY_ZERO', 'it divided by zero')],
  [0xc0000096, crash('STATUS_PRIVILEGED_INSTRUCTION', 'it ran an instruction of the kernel')],
  [0xc00000fd, crash('STATUS_STACK_OVERFLOW', 'its stack was too small')],
  [
    0xc000012d,
    { name: 'STATUS_COMMITMENT_LIMIT', meaning: 'there was not enough memory', verdict: 'memory' },
  ],
  [
    0xc0000135,
    { name: 'STATUS_DLL_NOT_FOUND', meaning: 'a library is missing, or may not be read', verdict: 'exit' },
  ],
  [
    0xc0000139,
    { name: 'STATUS_ENTRYPOINT_NOT_FOUND', meaning: 'a library lacks a function', verdict: 'exit' },
  ],
  [0xc000013a, crash('STATUS_CONTROL_C_EXIT', 'it was ended by Ctrl+C or by the end of its console')],
  [
    0xc0000142,
    { name: 'STATUS_DLL_INIT_FAILED', meaning: 'a library could not be initialised', verdict: 'exit' },
  ],
  [0xc0000374, crash('STATUS_HEAP_CORRUPTION', 'its heap was damaged')],
  [
    0xc0000409,
    crash('STATUS_STACK_BUFFER_OVERRUN', 'it ended itself at once: an assertion, or a damaged stack'),
  ],
  [0xc0000417, crash('STATUS_INVALID_CRUNTIME_PARAMETER', 'it gave its C library a wrong parameter')],
  [0xc0000420, crash('STATUS_ASSERTION_FAILURE', 'an assertion failed')],
  [0xe06d7363, crash('a C++ exception', 'nobody caught it')],
]);

/** What an exit code of Windows says; undefined for one that is the program's own. */
export function exitMeaning(exitCode: number): Meaning | undefined {
  return meanings.get(exitCode);
}
