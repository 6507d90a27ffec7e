/** What was meant by a name that names no party, where an edit of its letters is not the answer. */
import { kindNamed } from '../../manifest/objects/object-name.ts';

/**
 * `svc/api`, `deploy/web`, `web/80`: a name with a slash whose first part is no namespace.
 * @param known pods and workloads, `namespace/name` or the name alone
 * @param how a port is written, where the command or the Scenario takes one
 * @returns undefined where it is none of these
 */
export function hintOfSlash(text: string, known: Iterable<string>, takesKinds: boolean): string | undefined {
  const [first = '', second = '', ...more] = text.split('/');
  if (second === '' || more.length > 0) return undefined;
  const names = new Set(known);
  const has = (name: string): boolean => names.has(name) || names.has(`default/${name}`);
  if (/^\d+$/.test(second) && has(first)) {
    return `\`${first}\` is there: write \`${first}\` alone, and port ${second} where a port is asked for`;
  }
  if (/^(svc|services?)$/i.test(first)) {
    return `a Service sends and receives nothing: name ${has(second) ? `\`${second}\`` : 'a pod or workload behind it'}`;
  }
  if (!takesKinds && kindNamed(first) !== null && has(second)) return `write \`${second}\`, without its kind`;
  return undefined;
}

/** Of `web[5]` where there are fewer. */
export function replicaHelp(name: string, count: number): string {
  return count === 1
    ? `write \`${name}[0]\`, or ask for more replicas`
    : `write \`${name}[0]\` to \`${name}[${count - 1}]\`, or ask for more replicas`;
}
