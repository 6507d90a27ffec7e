/** Ports of the node that pods take: two pods with the same one cannot be on one node. */
import type { PodSpec } from '../../manifest/manifests.ts';

export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

const ANY = '0.0.0.0';

/** With hostNetwork every port of a container is one of the node's. */
export function hostPortsOf({ containers, initContainers = [], hostNetwork = false }: PodSpec): HostPort[] {
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...containers, ...sidecars]
    .flatMap(({ ports = [] }) => ports)
    .map(({ containerPort, hostPort = hostNetwork ? containerPort : 0, hostIP = '', protocol = 'TCP' }) => ({
      ip: hostIP === '' ? ANY : hostIP,
      protocol,
      port: hostPort,
    }))
    .filter(({ port }) => port > 0);
}

/** Source: HostPortInfo.CheckConflict of kube-scheduler. */
export function conflicts(wanted: readonly HostPort[], taken: readonly HostPort[]): boolean {
  return wanted.some(({ ip, protocol, port }) =>
    taken.some(
      (other) =>
        other.port === port && other.protocol === protocol && (other.ip === ip || other.ip === ANY || ip === ANY),
    ),
  );
}
