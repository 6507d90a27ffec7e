/** sysctl(8) by /proc/sys. What lies under `net` is of the namespace the thread is in: no mount of another /proc is needed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { SystemCallError } from './errno.ts';
import { namespaceHere, type NetworkNamespace } from './namespace.ts';
import { observer } from './observer.ts';

/**
 * `path` with slashes, below /proc/sys: `net/ipv4/ping_group_range`, `net/ipv6/conf/all/accept_dad`.
 * @throws SystemCallError: ENOENT when this kernel has no such setting, EINVAL when it refuses the value.
 */
export function writeSysctl(path: string, value: string | number, ns?: NetworkNamespace): void {
  act(`set sysctl ${path} to ${value}`, ns, () => {
    writeFileSync(`/proc/sys/${path}`, String(value));
    observer.tell?.({ what: 'sysctl', namespace: namespaceHere(), path, value: String(value) });
  });
}

/** The value without its closing newline. @throws SystemCallError */
export function readSysctl(path: string, ns?: NetworkNamespace): string {
  return act(`read sysctl ${path}`, ns, () => readFileSync(`/proc/sys/${path}`, 'utf8').trimEnd());
}

/** `net/ipv4/conf/eth0.100/rp_filter` of `net.ipv4.conf.eth0/100.rp_filter`, and the other way round. */
export function sysctlPath(name: string): string {
  return name.replace(/[./]/g, (one) => (one === '.' ? '/' : '.'));
}

function act<T>(attempted: string, ns: NetworkNamespace | undefined, work: () => T): T {
  try {
    return ns === undefined ? work() : ns.run(work);
  } catch (error) {
    if (!isNodeError(error) || error.errno === undefined) throw error;
    throw new SystemCallError({ syscall: error.syscall ?? 'write', errno: -error.errno, attempted });
  }
}

function isNodeError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && !(error instanceof SystemCallError) && 'errno' in error;
}
