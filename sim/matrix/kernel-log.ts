/** What a kernel says about itself when something is wrong with it: warnings, oopses, stalls, its panic. */

/**
 * First lines of the kernel's complaints, as it prints them (lib/bug.c, kernel/panic.c, mm/, kernel/rcu/, kernel/locking/
 * of Linux 5.10 to 7.x). What a program writes to the console has none of these forms.
 */
const COMPLAINTS: readonly RegExp[] = [
  /^WARNING: .*\S+\.[chS]:\d+/,
  /^WARNING: (possible|suspicious|inconsistent|held|bad unlock|lock held|locking bug)/,
  /^BUG: /,
  /^kernel BUG at /,
  /^(Oops|general protection fault|divide error|invalid opcode|double fault|stack segment)[:,]/,
  /^Unable to handle kernel /,
  /^Internal error: /,
  /^Kernel mode fault at addr /,
  /^(rcu: )?INFO: rcu\S* .*(stall|detected)/,
  /^INFO: (task .* blocked for more than|possible recursive locking)/,
  /^watchdog: BUG: /,
  /^UBSAN: /,
  /^unregister_netdevice: waiting for /,
  /^page allocation failure: /,
];

const PANIC = /^Kernel panic - not syncing/;
/** What ends the story that a complaint begins. */
const END = /^---\[ end |^Kernel panic - not syncing|^------------\[ cut here/;
/** A story is quoted up to here; its stack is in console.log. */
const MOST_LINES = 6;
/** Registers, addresses, code bytes: no words. */
const NO_WORDS =
  /^(\s|Call Trace|Modules linked in|CPU: |Hardware name|R[A-Z0-9]{1,2}[:\s]|[CDEFG]S: |CR\d|DR\d|FS: |Code: |Stack:|irq event|hardirqs|softirqs|\[<|[0-9a-f]{8})/;

export interface Complaint {
  readonly line: string;
  /** It and the words that follow it. */
  readonly quote: readonly string[];
}

/** Every complaint in a console's text, in order, the panic left out. */
export function complaints(console: string): Complaint[] {
  const lines = linesOf(console);
  return lines.flatMap((line, at) =>
    COMPLAINTS.some((form) => form.test(line)) ? [{ line, quote: story(lines, at) }] : [],
  );
}

/** The sentence a kernel dies with, and what it said right before; null when it did not panic. */
export function panicIn(console: string): Complaint | null {
  const lines = linesOf(console);
  const at = lines.findIndex((line) => PANIC.test(line));
  const line = lines[at];
  return line === undefined ? null : { line, quote: story(lines, at) };
}

/** Without `[   12.345678]`, the caller's `[T12]` behind it, a level such as `<4>`, colours and carriage returns. */
function linesOf(console: string): string[] {
  return console
    .replaceAll('\r', '')
    .split('\n')
    .map((line) => line.replace(PREFIX, ''));
}

const PREFIX = /^(<\d+>)?(\[\s*\d+\.\d+\]\s?)?(\[\s*[TC]\d+\]\s?)?/;

function story(lines: readonly string[], from: number): string[] {
  const [first = '', ...rest] = lines.slice(from);
  const end = rest.findIndex((line) => END.test(line));
  const until = end === -1 ? Math.min(rest.length, 40) : end;
  const following = rest.slice(0, until).filter((line) => line.trim() !== '' && !NO_WORDS.test(line));
  return [first, ...following].slice(0, MOST_LINES);
}
