/**
 * Pods to networks: what their Multus annotations name, resolved.
 *
 * `eth0` is the default network's: that of annotation `v1.multus-cni.io/default-network`, or ours. Additional networks
 * are `net1`, `net2`, ... unless they ask for a name.
 */
import type { Collector } from '../diagnostics/collector.ts';
import { nearest } from '../diagnostics/nearest.ts';
import type { Chain } from './chain.ts';
import { annotationSpan, type DeclaredPod } from './declared-pod.ts';
import { multusAnnotations, MULTUS_NAMESPACE, parseNetworks, type NetworkSelection } from './multus.ts';
import { defaultNetwork, type Network } from './network.ts';

export interface Attachment {
  /** Name of the interface in the pod. */
  readonly nic: string;
  readonly network: Network;
  readonly chain: Chain;
  /** Addresses asked for; only static IPAM heeds them. */
  readonly ips: readonly string[];
}

/** The pod's attachments, `eth0` first; null where one cannot be, with a diagnostic at the annotation. */
export function attachmentsOf(
  pod: DeclaredPod,
  networks: ReadonlyMap<string, Network>,
  diagnostics: Collector,
): readonly Attachment[] | null {
  const first = defaultAttachment(pod, networks, diagnostics);
  const others = additionalAttachments(pod, networks, diagnostics);
  return first === null || others === null ? null : [first, ...others];
}

function defaultAttachment(
  pod: DeclaredPod,
  networks: ReadonlyMap<string, Network>,
  diagnostics: Collector,
): Attachment | null {
  const selections = selectionsOf(pod, multusAnnotations.defaultNetwork, MULTUS_NAMESPACE, diagnostics);
  if (selections === null) return null;
  const [selection, second] = selections;
  if (selection === undefined) {
    return defaultNetwork.chain === null
      ? null
      : { nic: 'eth0', network: defaultNetwork, chain: defaultNetwork.chain, ips: [] };
  }
  const annotation = multusAnnotations.defaultNetwork;
  if (second !== undefined) {
    diagnostics.add(
      'E409',
      annotationSpan(pod, annotation),
      `more than one default network is specified: ${String(pod.annotations[annotation])}`,
      {
        help: `keep one; additional networks go into ${multusAnnotations.networks}`,
      },
    );
    return null;
  }
  const network = lookUp(pod, selection, annotation, networks, diagnostics);
  if (network === null) return null;
  if (network.problem !== null) {
    if (!network.refused) {
      diagnostics.add(
        network.problem.code,
        network.source?.spanOf(network.path),
        `network ${String(network.key)}: ${network.problem.message}`,
        {
          help: network.problem.help,
          related: [{ span: annotationSpan(pod, annotation), message: 'a pod is attached to it here' }],
        },
      );
    }
    return null;
  }
  return network.chain === null ? null : { nic: 'eth0', network, chain: network.chain, ips: selection.ips };
}

function additionalAttachments(
  pod: DeclaredPod,
  networks: ReadonlyMap<string, Network>,
  diagnostics: Collector,
): Attachment[] | null {
  const annotation = multusAnnotations.networks;
  const selections = selectionsOf(pod, annotation, pod.namespace, diagnostics);
  if (selections === null) return null;
  const attachments: Attachment[] = [];
  const names = new Set(['eth0', 'lo']);
  let complete = true;
  for (const [i, selection] of selections.entries()) {
    const nic = selection.interface ?? `net${i + 1}`;
    if (names.has(nic)) {
      diagnostics.add('E409', annotationSpan(pod, annotation), `two interfaces of the pod would be named ${nic}`, {
        help: 'ask for another name',
      });
      complete = false;
    }
    names.add(nic);
    const network = lookUp(pod, selection, annotation, networks, diagnostics);
    if (network === null) {
      complete = false;
    } else if (network.chain === null) {
      if (!network.refused) {
        diagnostics.add(
          'W406',
          annotationSpan(pod, annotation),
          `${nic} is left out: network ${String(network.key)}: ${network.problem?.message ?? 'has no chain'}`,
          {
            help: network.problem?.help,
          },
        );
      }
    } else {
      if (selection.ips.length > 0 && network.chain.ipam.kind !== 'static') {
        diagnostics.add(
          'W409',
          annotationSpan(pod, annotation),
          `\`ips\` has no effect on ${String(network.key)}: its IPAM is not static`,
          {
            help: 'choose the address by a pool of one, in annotation ipam.spidernet.io/ippools',
          },
        );
      }
      attachments.push({ nic, network, chain: network.chain, ips: selection.ips });
    }
  }
  return complete ? attachments : null;
}

function selectionsOf(
  pod: DeclaredPod,
  annotation: string,
  defaultNamespace: string,
  diagnostics: Collector,
): readonly NetworkSelection[] | null {
  const text = pod.annotations[annotation];
  if (text === undefined || text === '') return [];
  const selections = parseNetworks(text, defaultNamespace);
  if (typeof selections !== 'string') return selections;
  diagnostics.add('E409', annotationSpan(pod, annotation), `annotation ${annotation}: ${selections}`, {
    help: 'write `namespace/name`, several with commas between them, or the JSON form',
  });
  return null;
}

/** In the words of Multus, and with the network that was most likely meant. */
function lookUp(
  pod: DeclaredPod,
  { namespace, name }: NetworkSelection,
  annotation: string,
  networks: ReadonlyMap<string, Network>,
  diagnostics: Collector,
): Network | null {
  const network = networks.get(`${namespace}/${name}`);
  if (network !== undefined) return network;
  diagnostics.add(
    'E301',
    annotationSpan(pod, annotation),
    `cannot find a network-attachment-definition (${name}) in namespace (${namespace})`,
    {
      help: suggestion(namespace, name, networks),
      absent: [{ kinds: ['NetworkAttachmentDefinition', 'SpiderMultusConfig'], key: `${namespace}/${name}` }],
    },
  );
  return null;
}

function suggestion(namespace: string, name: string, networks: ReadonlyMap<string, Network>): string {
  const keys = [...networks.keys()];
  const [only] = keys;
  if (only === undefined) return 'define a SpiderMultusConfig or NetworkAttachmentDefinition of that name';
  const elsewhere = keys.find((key) => key.endsWith(`/${name}`));
  const begins = keys.find((key) => key.startsWith(`${namespace}/${name}`));
  const meant = elsewhere ?? begins ?? nearest(`${namespace}/${name}`, keys) ?? (keys.length === 1 ? only : null);
  return meant === null ? `the networks are ${keys.sort().join(', ')}` : `did you mean \`${meant}\`?`;
}
