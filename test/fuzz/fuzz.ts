/**
 * `npm run test:fuzz [COUNT] [FIRST]`: reads and plans so many mutated manifests (3,000), says how each could end, and
 * which took the most processor time; ends with 1 where one crashes, has an error outside its file, or takes 2 s.
 */
import { checkMutant } from './check-mutant.ts';
import { mutant } from './mutate.ts';

const LONGEST_MS = 2000;
const [count = 3000, first = 0] = process.argv.slice(2).map(Number);
const ends = new Map<string, number>();
let slowest = { number: -1, ms: 0 };
let failed = false;
for (let number = first; number < first + count; number++) {
  const text = mutant(number);
  const before = process.cpuUsage();
  let end: string;
  try {
    end = `exit ${checkMutant(text)}`;
  } catch (error) {
    end = 'failed';
    failed = true;
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`mutant ${number}: ${told}\n`);
  }
  const { user, system } = process.cpuUsage(before);
  const ms = (user + system) / 1000;
  if (ms > slowest.ms) slowest = { number, ms };
  ends.set(end, (ends.get(end) ?? 0) + 1);
}
const counts = [...ends].map(([end, times]) => `${end}: ${times}`).join(', ');
process.stdout.write(`${counts}\nslowest: mutant ${slowest.number}, ${slowest.ms.toFixed(0)} ms of processor time\n`);
if (failed || slowest.ms > LONGEST_MS) process.exitCode = 1;
