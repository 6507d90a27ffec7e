/**
 * /etc/hosts of a held lab: every party by name. A cluster has no such file (a pod's own holds the pod alone, and names come
 * from DNS); here there is no DNS server, and people want to type names. Pure.
 *
 * Of a pod: `name.namespace`, `name.namespace.pod` and, where no other namespace has one of that name, `name`; also what
 * a cluster's DNS calls it by its address: `10-244-0-5.namespace.pod.cluster.local`
 * (https://github.com/kubernetes/dns/blob/master/docs/specification.md, 2.2). Names of Services are not among them: they are not
 * modelled. Of a host or node its name, where no pod has it.
 */
import { withoutPrefix } from '../../plan/ipam/address-of-cidr.ts';
import type { HostPlan, NodePlan, PodPlan } from '../../plan/plan.ts';

export interface Named {
  readonly pods: Iterable<PodPlan>;
  readonly hosts: readonly HostPlan[];
  readonly nodes: readonly NodePlan[];
}

/** The text of the file, with a line feed at its end. */
export function hostsFile({ pods, hosts, nodes }: Named): string {
  const all = [...pods];
  const namespacesOf = new Map<string, Set<string>>();
  for (const { namespace, name } of all) namespacesOf.set(name, (namespacesOf.get(name) ?? new Set()).add(namespace));
  const alone = (name: string): boolean => namespacesOf.get(name)?.size === 1;
  const machines = [
    ...hosts.map(({ name, addresses }) => ({ name, addresses })),
    ...nodes.map(({ name, masters }) => ({ name, addresses: masters.flatMap(({ addresses }) => addresses) })),
  ].filter(({ name }) => !namespacesOf.has(name));
  const lines = [
    ...all.flatMap(({ namespace, name, interfaces }) =>
      (interfaces[0]?.addresses ?? []).map(withoutPrefix).map((address) => {
        const dashed = address.replaceAll(/[.:]/g, '-');
        const byAddress = `${dashed}.${namespace}.pod.cluster.local`;
        // The first is what an address is called when it is asked for its name.
        const names = [...(alone(name) ? [name] : []), `${name}.${namespace}`, `${name}.${namespace}.pod`, byAddress];
        return `${address}\t${names.join(' ')}`;
      }),
    ),
    ...machines.flatMap(({ name, addresses }) => addresses.map((address) => `${withoutPrefix(address)}\t${name}`)),
  ];
  return `${[...HEAD, ...lines].join('\n')}\n`;
}

const HEAD = [
  '# Names of this lab, by ipvlane.',
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
] as const;
