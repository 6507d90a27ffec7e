/** What the kernel's processors do, by its own account (proc_stat(5)). */
import { readFileSync } from 'node:fs';

/** USER_HZ, the unit of /proc/stat on every architecture that Linux has left. */
const TICKS_PER_SECOND = 100;

/** Nanoseconds since the kernel began in which a processor was not idle, all of them added up; null where nobody counts. */
export function busyNs(read: () => string = () => readFileSync('/proc/stat', 'utf8')): number | null {
  // cpu  user nice system idle iowait irq softirq steal guest guest_nice; guest time is in user's already.
  const fields = /^cpu +([\d ]+)$/m.exec(read())?.[1]?.split(' ').map(Number);
  if (fields === undefined) return null;
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = fields;
  return ((user + nice + system + irq + softirq) * 1e9) / TICKS_PER_SECOND;
}
