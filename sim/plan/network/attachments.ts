/**
 * Pods to networks: what their Multus annotations name, resolved.
 *
 * `eth0` is the default network's: that of annotation `v1.multus-cni.io/default-network`, or ours. Additional networks
 * are `net1`, `net2`, ... unless they ask for a name.
 */
import type { Collector } from '../../diagnostics/collector.ts';
import { nearest } from '../../diagnostics/nearest.ts';
import type { Chain } from './chain.ts';
import { requestFindings, takesIps } from '../cni/requests.ts';
import { objectKey } from '../cluster/cluster.ts';
import { annotationSpan, type DeclaredPod } from '../pods/declared-pod.ts';
import { multusAnnotations, MULTUS_NAMESPACE, parseNetworks, type NetworkSelection } from './multus.ts';
import { defaultNetwork, type Network } from './network.ts';

export interface Attachment {
  /** Name of the interface in the pod. */
  readonly nic: string;
  /** Names of all interfaces that the pod asks for, in order, those that are left out as well. */
  readonly nics: readonly string[];
  readonly network: Network;
  readonly chain: Chain;
  /** Addresses that static IPAM is handed, in place of its own. */
  readonly ips: readonly string[];
  /** Routers of the pod's default route, if it is to go by this interface; null: not asked for. */
  readonly gateways: readonly string[] | null;
}

/** The pod's attachments, `eth0` first; null where one cannot be, with a diagnostic at the annotation. */
export function attachmentsOf(
  pod: DeclaredPod,
  networks: ReadonlyMap<string, Network>,
  diagnostics: Collector,
): readonly Attachment[] | null {
  const selections = selectionsOf(pod, multusAnnotations.networks, pod.namespace, diagnostics);
  const nics = selections === null ? null : namesOf(pod, selections, diagnostics);
  const first = defaultAttachment(pod, nics ?? ['eth0'], networks, diagnostics);
  if (first === null || selections === null || nics === null) return null;
  const attachments = [first];
  let complete = true;
  for (const [i, selection] of selections.entries()) {
    const network = lookUp(pod, selection, multusAnnotations.networks, networks, diagnostics);
    if (network === null) {
      complete = false;
      continue;
    }
    if (network.chain === null) {
      if (!refuseOrLeaveOut(pod, nics[i + 1] ?? '', network, diagnostics)) complete = false;
      continue;
    }
    const wanted = { pod, selection, network, chain: network.chain, annotation: multusAnnotations.networks };
    const attachment = attach({ ...wanted, nic: nics[i + 1] ?? '', nics }, attachments, diagnostics);
    if (attachment === null) complete = false;
    else attachments.push(attachment);
  }
  return complete ? attachments : null;
}

/** `eth0`, then the name asked for, or `netN`; null where two are alike. */
function namesOf(
  pod: DeclaredPod,
  selections: readonly NetworkSelection[],
  diagnostics: Collector,
): readonly string[] | null {
  const nics = ['eth0', ...selections.map((selection, i) => selection.interface ?? `net${i + 1}`)];
  const twice = nics.find((nic, i) => nic === 'lo' || nics.indexOf(nic) !== i);
  if (twice === undefined) return nics;
  diagnostics.add(
    'E409',
    annotationSpan(pod, multusAnnotations.networks),
    `two interfaces of the pod would be named ${twice}`,
    { help: 'ask for another name' },
  );
  return null;
}

function defaultAttachment(
  pod: DeclaredPod,
  nics: readonly string[],
  networks: ReadonlyMap<string, Network>,
  diagnostics: Collector,
): Attachment | null {
  const annotation = multusAnnotations.defaultNetwork;
  const selections = selectionsOf(pod, annotation, MULTUS_NAMESPACE, diagnostics);
  if (selections === null) return null;
  const [selection, second] = selections;
  if (selection === undefined) {
    if (defaultNetwork.chain === null) return null;
    return { nic: 'eth0', nics, network: defaultNetwork, chain: defaultNetwork.chain, ips: [], gateways: null };
  }
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
  if (network.chain === null) {
    if (!network.refused) refuse(pod, annotation, network, diagnostics);
    return null;
  }
  return attach({ pod, selection, network, chain: network.chain, annotation, nic: 'eth0', nics }, [], diagnostics);
}

/** Whether the pod starts without this interface: it does where only we cannot make it. */
function refuseOrLeaveOut(pod: DeclaredPod, nic: string, network: Network, diagnostics: Collector): boolean {
  const annotation = multusAnnotations.networks;
  if (network.refused) return true;
  if (network.problem?.code !== 'E411') {
    refuse(pod, annotation, network, diagnostics);
    return false;
  }
  diagnostics.add(
    'W406',
    annotationSpan(pod, annotation),
    `${nic} is left out: network ${String(network.key)}: ${network.problem.message}`,
    { help: network.problem.help },
  );
  return true;
}

function refuse(pod: DeclaredPod, annotation: string, network: Network, diagnostics: Collector): void {
  if (network.problem === null) return;
  diagnostics.add(
    network.problem.code,
    network.source?.spanOf(network.problem.path),
    `network ${String(network.key)}: ${network.problem.message}`,
    {
      help: network.problem.help,
      related: [{ span: annotationSpan(pod, annotation), message: 'a pod is attached to it here' }],
    },
  );
}

interface Wanted {
  readonly pod: DeclaredPod;
  readonly selection: NetworkSelection;
  readonly annotation: string;
  readonly network: Network;
  readonly chain: Chain;
  readonly nic: string;
  readonly nics: readonly string[];
}

/** `earlier`: the attachments that are made before this one. */
function attach(wanted: Wanted, earlier: readonly Attachment[], diagnostics: Collector): Attachment | null {
  const { pod, selection, network, annotation, nic, nics } = wanted;
  for (const remark of network.chain?.remarks ?? []) {
    const message = `network ${String(network.key)}: ${remark.message}`;
    diagnostics.add('W418', network.source?.spanOf(network.pathOf(remark)), message, { help: remark.help });
  }
  const chain = inPod(wanted, earlier, diagnostics);
  const { failure, remarks } = requestFindings(selection, wanted.chain, pod.annotations, nic === 'eth0');
  for (const { message, help } of remarks) diagnostics.add('W419', annotationSpan(pod, annotation), message, { help });
  if (failure !== null)
    diagnostics.add('E430', annotationSpan(pod, annotation), failure.message, { help: failure.help });
  if (chain === null || failure !== null) return null;
  const handed = takesIps(wanted.chain, nic === 'eth0') ? selection.ips : [];
  return { nic, nics, network, chain, ips: handed, gateways: selection.gateways };
}

/** With `linkInContainer` the master is looked up in the pod: a slave on a slave is one more of the same master. */
function inPod(
  { pod, network, chain, nic }: Wanted,
  earlier: readonly Attachment[],
  diagnostics: Collector,
): Chain | null {
  if (!chain.linkInContainer) return chain;
  const master = chain.master ?? 'eth0';
  const below = earlier.find((attachment) => attachment.nic === master);
  if (below !== undefined) return { ...chain, master: below.chain.master, ifacer: below.chain.ifacer };
  diagnostics.add(
    'E430',
    network.source?.spanOf(network.path),
    `network ${String(network.key)}: failed to lookup master "${master}": with \`linkInContainer\` it is looked for in pod ${objectKey(pod)}, which has ${earlier.length === 0 ? 'no interface' : earlier.map((one) => one.nic).join(', ')} before ${nic}`,
    { help: 'remove `linkInContainer`, or name an interface that the pod has before this one' },
  );
  return null;
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
  const network = networks.get(objectKey({ namespace, name }));
  if (network !== undefined) return network;
  diagnostics.add(
    'E301',
    annotationSpan(pod, annotation),
    `cannot find a network-attachment-definition (${name}) in namespace (${namespace})`,
    {
      help: suggestion(namespace, name, networks, annotation),
      absent: [{ kinds: ['NetworkAttachmentDefinition', 'SpiderMultusConfig'], key: objectKey({ namespace, name }) }],
    },
  );
  return null;
}

function suggestion(
  namespace: string,
  name: string,
  networks: ReadonlyMap<string, Network>,
  annotation: string,
): string {
  const keys = [...networks.keys()];
  const [only] = keys;
  if (only === undefined) return 'define a SpiderMultusConfig or NetworkAttachmentDefinition of that name';
  const elsewhere = keys.find((key) => key.endsWith(`/${name}`));
  const begins = keys.find((key) => key.startsWith(objectKey({ namespace, name })));
  const meant =
    elsewhere ?? begins ?? nearest(objectKey({ namespace, name }), keys) ?? (keys.length === 1 ? only : null);
  if (meant === null) return `the networks are ${keys.sort().join(', ')}`;
  const why =
    elsewhere !== undefined && annotation === multusAnnotations.defaultNetwork
      ? ` Without a namespace Multus looks in its own, ${MULTUS_NAMESPACE}`
      : '';
  return `did you mean \`${meant}\`?${why}`;
}
