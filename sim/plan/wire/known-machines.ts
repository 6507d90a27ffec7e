/** Machines and network interfaces that a Scenario names, and that there are. */
import type { Collector } from '../../diagnostics/collector.ts';
import { didYouMean } from '../../diagnostics/nearest.ts';
import type { Located, Path, ScenarioLink } from '../../manifest/manifests.ts';
import type { HostPlan, NodePlan } from '../plan.ts';

export interface Machines {
  readonly nodes: readonly NodePlan[];
  readonly hosts: readonly HostPlan[];
}

interface Asked {
  readonly scenario: Pick<Located, 'spanOf'>;
  readonly diagnostics: Collector;
}

/** @param paths where the node was written, and its interface; `nic` null: none was */
export function requireNic(
  nodes: readonly NodePlan[],
  name: string,
  nic: string | null,
  paths: { readonly node: Path; readonly nic: Path },
  { scenario, diagnostics }: Asked,
): void {
  const node = nodes.find((one) => one.name === name);
  const all = (node?.masters ?? []).flatMap((master) => (master.kind === 'nic' ? [master.name] : []));
  if (node === undefined) {
    const known = nodes.map((one) => one.name);
    const help = didYouMean(name, known) ?? `the nodes are ${known.join(', ')}`;
    diagnostics.add('E304', scenario.spanOf(paths.node), `there is no node ${name}`, { help });
  } else if (nic !== null && !all.includes(nic)) {
    const help = didYouMean(nic, all) ?? `its network interfaces are ${all.join(', ')}`;
    diagnostics.add('E304', scenario.spanOf(paths.nic), `node ${name} has no network interface ${nic}`, { help });
  }
}

export function requireLinks(links: readonly ScenarioLink[], { nodes, hosts }: Machines, asked: Asked): void {
  const { scenario, diagnostics } = asked;
  for (const { of, interface: nic, path } of links) {
    const nicPath = [...path, 'interface'];
    if (of.kind === 'node') requireNic(nodes, of.name, nic, { node: of.path, nic: nicPath }, asked);
    else if (!hosts.some(({ name }) => name === of.name)) {
      const known = hosts.map(({ name }) => `host:${name}`);
      const help = didYouMean(of.text, known) ?? 'add it to `hosts` of the Scenario';
      diagnostics.add('E306', scenario.spanOf(of.path), `host ${of.name} is not defined`, { help });
    }
    const { masters = [] } = nodes.find(({ name }) => of.kind === 'node' && name === of.name) ?? {};
    const bond = masters.find((master) => master.kind === 'bond' && nic !== null && master.parents.includes(nic));
    if (bond === undefined) continue;
    const message = `${nic ?? ''} is one of those of ${bond.name}, and which of them a packet takes is not foretold`;
    const help = 'leave out `interface`: all of them have the same link then';
    diagnostics.add('E428', scenario.spanOf(nicPath), message, { help });
  }
}
