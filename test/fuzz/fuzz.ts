/**
 * `npm run test:fuzz [COUNT] [FIRST] [KIND...]`: reads so many mutants (3,000) of each kind of input (kinds.ts), says how each could end,
 * and which took the most processor time; ends with 1 where one ends as a bug does, has an error outside its file, or takes 2 s. A kind
 * takes no longer than ten minutes: what it did not come to is said.
 */
import { KINDS } from './kinds.ts';

const LONGEST_MS = 2000;
const LONGEST_OF_A_KIND_MS = 600_000;
const [count = 3000, first = 0] = process.argv.slice(2, 4).map(Number);
const wanted = process.argv.slice(4);
for (const [name, open] of Object.entries(KINDS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const ends = new Map<string, number>();
  let slowest = { number: -1, ms: 0 };
  const begun = performance.now();
  await using kind = await open();
  let number = first;
  for (; number < first + count && performance.now() - begun < LONGEST_OF_A_KIND_MS; number++) {
    const before = process.cpuUsage();
    let end: string;
    try {
      end = `exit ${await kind.check(number)}`;
    } catch (error) {
      end = 'failed';
      process.exitCode = 1;
      const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.stderr.write(`${name}, mutant ${number}: ${told}\n`);
    }
    const { user, system } = process.cpuUsage(before);
    const ms = (user + system) / 1000;
    if (ms > slowest.ms) slowest = { number, ms };
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  const counts = [...ends].map(([end, times]) => `${end}: ${times}`).join(', ');
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  const late = first + count - number;
  process.stdout.write(
    `${name}: ${counts}; ${seconds} s; slowest mutant ${slowest.number}, ${slowest.ms.toFixed(0)} ms of processor time${late > 0 ? `; ${late} NOT TRIED` : ''}\n`,
  );
  if (slowest.ms > LONGEST_MS) process.exitCode = 1;
}
