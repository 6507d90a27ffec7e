/**
 * `dataplane.egressBurst` and `ingressBurst`: options of the CNI plugin `bandwidth`, refused where there is no such bucket, where the
 * plugin refuses them, and where the kernel takes a bucket that lets nothing through.
 */
import { LEAST_REFUSED_BURST_BITS } from '../../../dataplane/bandwidth/burst-bits.ts';
import type { Bursts } from '../../../dataplane/bandwidth/bursts.ts';
import { ETHERNET_HEADER } from '../../../dataplane/bandwidth/charge.ts';
import type { EngineName } from '../../../dataplane/bandwidth/engine.ts';
import { objectKey } from '../cluster/cluster.ts';
import type { Plan } from '../plan.ts';

export interface RefusedBurst {
  readonly field: 'egressBurst' | 'ingressBurst';
  readonly message: string;
  readonly help: string;
}

/** By direction; empty: the engine takes them. */
export function refusedBursts(engine: EngineName, plan: Plan): readonly RefusedBurst[] {
  return (['egress', 'ingress'] as const).flatMap((way): readonly RefusedBurst[] => {
    const bits = plan.dataplane?.bursts?.[`${way}Bits`];
    const field = `${way}Burst` as const;
    const why = bits === undefined ? null : whyNot(engine, way, bits, plan);
    return why === null ? [] : [{ field, message: `\`${field}\`: ${why.message}`, help: why.help }];
  });
}

function whyNot(
  engine: EngineName,
  way: 'egress' | 'ingress',
  bits: NonNullable<Bursts['egressBits']>,
  plan: Plan,
): { readonly message: string; readonly help: string } | null {
  if (engine !== 'cni-bandwidth')
    return {
      message: `engine ${engine} has no bucket of that size: it is an option of the CNI plugin bandwidth`,
      help: 'choose `engine: cni-bandwidth`, or leave it out',
    };
  if (bits >= LEAST_REFUSED_BURST_BITS)
    return { message: 'the plugin refuses it: "burst cannot be more than 4GB"', help: 'write less than 34G bits' };
  const bytes = Math.floor(bits / 8);
  const frame = largestFrame(plan, way);
  if (frame === 0)
    return {
      message: `no pod has an ${way} limit at any time, so there is no bucket`,
      help: `annotate a pod with kubernetes.io/${way}-bandwidth, or remove \`${way}Burst\``,
    };
  if (bytes >= frame) return null;
  return {
    message: `a token bucket of ${bytes} bytes drops every frame that is larger, and a full one of these pods has ${frame}: the kernel takes it, and nothing but small packets would pass`,
    help: `write ${frame * 8} bits or more`,
  };
}

/** Of the pods that have such a limit at any time; 0: there is none. */
function largestFrame({ pods, timeline }: Plan, way: 'egress' | 'ingress'): number {
  const changes = timeline.flatMap((step) => ('change' in step ? [step.change] : []));
  const given = changes.flatMap(({ limitPods = [] }) => limitPods).filter(({ limits }) => limits[`${way}Bps`] !== null);
  const later = new Set(given.map(objectKey));
  const limited = [...pods, ...changes.flatMap(({ createPods = [] }) => createPods)].filter(
    (pod) => pod.limits[`${way}Bps`] !== null || later.has(objectKey(pod)),
  );
  return Math.max(0, ...limited.map(({ interfaces: [first] }) => (first?.mtu ?? 0) + ETHERNET_HEADER));
}
