/** `securityContext.sysctls` of a pod: what its kubelet allows, and which of it changes packets. */
import type { Collector } from '../../diagnostics/collector.ts';
import { dottedSysctl } from '../../manifest/objects/names.ts';
import { declarationKey, specSpan, type DeclaredPod } from '../pods/declared-pod.ts';
import type { SysctlPlan } from '../plan.ts';
import type { SchedulableNode } from '../schedule/node.ts';

/** Those of every kubelet (pkg/kubelet/sysctl/safe_sysctls.go of Kubernetes 1.36). */
const SAFE: ReadonlySet<string> = new Set([
  'kernel.shm_rmid_forced',
  ...['ip_local_port_range', 'ip_local_reserved_ports', 'ip_unprivileged_port_start', 'ping_group_range'].map(
    (name) => `net.ipv4.${name}`,
  ),
  ...['syncookies', 'keepalive_time', 'keepalive_intvl', 'keepalive_probes', 'fin_timeout', 'rmem', 'wmem'].map(
    (name) => `net.ipv4.tcp_${name}`,
  ),
]);

/** What Linux has one of in each namespace (pkg/kubelet/sysctl/namespace.go): no other is a pod's own. */
const NAMESPACED = /^(kernel\.(shm|msg).*|kernel\.sem|fs\.mqueue\..*|net\..*)$/;

/** Those of the network stack; one that the kubelet forbids is an error, for the pod would not run. What a cluster ran, its kubelet allowed. */
export function readSysctls(pod: DeclaredPod, node: SchedulableNode, diagnostics: Collector): readonly SysctlPlan[] {
  const written = pod.spec.securityContext?.sysctls ?? [];
  return written.flatMap(({ name: asWritten, value }, i) => {
    const name = dottedSysctl(asWritten);
    const allowed = SAFE.has(name) || node.allowedUnsafeSysctls.some((pattern) => matches(dottedSysctl(pattern), name));
    if (!allowed && pod.had === null) {
      const own = NAMESPACED.test(name);
      diagnostics.add(
        'E443',
        specSpan(pod, 'securityContext', 'sysctls', i, 'name'),
        own
          ? `the kubelet of ${node.name} rejects ${declarationKey(pod)} (SysctlForbidden): ${name} is none of the safe sysctls`
          : `every kubelet rejects ${declarationKey(pod)} (SysctlForbidden): ${name} is of the whole machine, not of a pod`,
        {
          help: own
            ? `remove it, or write \`allowedUnsafeSysctls: [ ${name} ]\` at the node in the Scenario, where its kubelet has it in --allowed-unsafe-sysctls`
            : 'remove it',
        },
      );
      return [];
    }
    return name.startsWith('net.') ? [{ name, value }] : [];
  });
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
