/**
 * The network devices of a node: its NICs, and the bonds and VLANs that chains make on them.
 *
 * A node of the Scenario has the interfaces it lists; one that lists none, and a node nobody described, has a NIC for
 * every master that networks ask for. It has `eth0`, too, where pods are on networks that name none, unless other pods have theirs
 * from a network that names one: then that is the NIC which the default route goes by.
 */
import type { Collector } from '../../diagnostics/collector.ts';
import { didYouMean } from '../../diagnostics/nearest.ts';
import type { ScenarioInterface } from '../../manifest/manifests.ts';
import type { Attachment } from './attachments.ts';
import type { Chain } from './chain.ts';
import type { Network } from './network.ts';
import type { MasterPlan } from '../plan.ts';

/** The NIC of pods whose network names no master. */
const DEFAULT_NIC = 'eth0';

/** NICs that the networks need to be there, for nodes that list none; the first has the node's addresses. */
export function impliedNics(attachments: Iterable<Pick<Attachment, 'nic' | 'network'>>): string[] {
  const [names, first] = [new Set<string>(), new Set<string>()];
  let unnamed = false;
  for (const { nic, network } of attachments) {
    for (const name of nicsOf(network)) (nic === 'eth0' ? first : names).add(name);
    unnamed ||= nic === 'eth0' && network.chain?.master === null;
  }
  const all = [...new Set([...names, ...first])].sort();
  if (first.size > 0 || all.includes(DEFAULT_NIC) || (!unnamed && all.length > 0)) return all;
  return [DEFAULT_NIC, ...all];
}

function nicsOf({ chain }: Network): readonly string[] {
  if (chain === null || chain.linkInContainer) return [];
  if (chain.ifacer !== null) return chain.ifacer.interfaces;
  return chain.master === null ? [] : [chain.master];
}

/** The devices of one node, made as the networks of its pods ask for them. */
export class NodeMasters {
  readonly #node: string;
  readonly #diagnostics: Collector;
  readonly #nics = new Map<string, MasterPlan>();
  readonly #bonds = new Map<string, MasterPlan>();
  readonly #vlans = new Map<string, MasterPlan>();
  /** Mode of the first network on a master: the last slave made would win for all. */
  readonly #modes = new Map<string, { mode: Chain['mode']; network: Network }>();

  constructor(node: string, interfaces: readonly ScenarioInterface[], mtu: number, diagnostics: Collector) {
    this.#node = node;
    this.#diagnostics = diagnostics;
    for (const nic of interfaces) {
      this.#nics.set(nic.name, {
        kind: 'nic',
        name: nic.name,
        mtu: nic.mtu ?? mtu,
        addresses: nic.addresses,
        ...(nic.gso ? {} : { gso: false }),
        ...(nic.gsoMaxSize === null ? {} : { gsoMaxSize: nic.gsoMaxSize }),
        ...(nic.podGsoMaxSize === null ? {} : { podGsoMaxSize: nic.podGsoMaxSize }),
      });
    }
  }

  /** In the order they must be made: NICs, bonds, VLANs. */
  get plans(): readonly MasterPlan[] {
    return [...this.#nics.values(), ...this.#bonds.values(), ...this.#vlans.values()];
  }

  /** The master for a slave of the network; null where there is none, with a diagnostic at the network. */
  masterFor(network: Network, chain: Chain): MasterPlan | null {
    const master = this.#find(chain) ?? this.#make(network, chain) ?? this.#missing(network, chain);
    if (master === null) return null;
    this.#refuseTwoModes(master.name, network, chain);
    if (chain.mtu !== null && chain.mtu > master.mtu) {
      this.#diagnostics.add(
        'E415',
        network.source?.spanOf(network.path),
        `invalid MTU ${chain.mtu}, must be [0, master MTU(${master.mtu})]: ${master.name} of node ${this.#node}`,
        {
          help: 'lower the mtu of the network, or raise that of the interface and of the underlay',
          absent: [{ kinds: ['Scenario'], key: null }],
        },
      );
    }
    return master;
  }

  #find(chain: Chain): MasterPlan | undefined {
    const { master } = chain;
    if (master === null) return this.#nics.get(DEFAULT_NIC) ?? this.#nics.values().next().value;
    return this.#nics.get(master) ?? this.#bonds.get(master) ?? this.#vlans.get(master);
  }

  /** What the ifacer plugin makes; undefined where it makes nothing of the master's name, or has no parent for it. */
  #make(network: Network, { ifacer, master }: Chain): MasterPlan | undefined {
    if (ifacer === null || master === null) return undefined;
    const parents = ifacer.interfaces.map((name) => this.#nics.get(name));
    if (parents.length === 0 || !parents.every((parent) => parent !== undefined)) return undefined;
    let base: MasterPlan | undefined = parents[0];
    if (ifacer.bond !== null && parents.length >= 2) {
      const { name, mode } = ifacer.bond;
      base = this.#bonds.get(name) ?? {
        kind: 'bond',
        name,
        parents: parents.map((parent) => parent.name),
        mode,
        mtu: Math.min(...parents.map((parent) => parent.mtu)),
        addresses: [],
      };
      this.#bonds.set(name, base);
    }
    if (base === undefined || ifacer.vlanId === 0) return base?.name === master ? base : undefined;
    const name = `${base.name}.${ifacer.vlanId}`;
    if (name !== master) return undefined;
    const twin = [...this.#vlans.values()].find((one) => one.kind === 'vlan' && one.vlanId === ifacer.vlanId);
    if (twin !== undefined) {
      this.#diagnostics.add(
        'E430',
        network.source?.spanOf(network.masterPath),
        `cannot have multiple different vlan interfaces with the same vlanId ${ifacer.vlanId} on node at the same time: ${name} and ${twin.name} on node ${this.#node}`,
        { help: 'use one master for the VLAN, or another VLAN' },
      );
    }
    const vlan: MasterPlan = {
      kind: 'vlan',
      name,
      parent: base.name,
      vlanId: ifacer.vlanId,
      mtu: base.mtu,
      addresses: [],
    };
    this.#vlans.set(name, vlan);
    return vlan;
  }

  #missing(network: Network, { ifacer, master }: Chain): null {
    const wanted = ifacer?.interfaces.find((name) => !this.#nics.has(name)) ?? master ?? DEFAULT_NIC;
    const present = [...this.#nics.keys()];
    this.#diagnostics.add(
      'E412',
      network.source?.spanOf(network.masterPath),
      `failed to lookup master "${wanted}": node ${this.#node} has no such interface`,
      {
        help:
          didYouMean(wanted, present) ??
          `name one of the node's interfaces (${present.join(', ')}), or add it to the node in the Scenario`,
      },
    );
    return null;
  }

  #refuseTwoModes(master: string, network: Network, { mode }: Chain): void {
    const first = this.#modes.get(master);
    if (first === undefined) {
      this.#modes.set(master, { mode, network });
      return;
    }
    if (first.mode === mode) return;
    this.#diagnostics.add(
      'E413',
      network.source?.spanOf(network.path),
      `${master} would be in mode ${mode} for ${network.key ?? 'the default network'} and in mode ${first.mode} for ${first.network.key ?? 'the default network'}`,
      {
        help: 'the mode belongs to the master, and the last slave made wins for all: use one mode, or another master',
        related:
          first.network.source === null
            ? undefined
            : [
                {
                  span: first.network.source.spanOf(first.network.path),
                  message: `mode ${first.mode} is asked for here`,
                },
              ],
      },
    );
  }
}
