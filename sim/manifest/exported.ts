/**
 * What a cluster wrote beside what people did, as `kubectl get -o yaml` prints it: ids, owners, statuses. An API server
 * takes none of it from a file, so nothing of it is refused: what is not of the form it should have counts as not written.
 */
import { z } from 'zod';

export interface ObjectOrigin {
  /** null: no cluster has had it. */
  readonly uid: string | null;
  /** The one owner that makes it, and makes another where it goes. */
  readonly controller: { readonly kind: string; readonly name: string; readonly uid: string | null } | null;
  /** It was on its way out. */
  readonly terminating: boolean;
}

export interface PodStatus {
  /** `Pending`, `Running`, `Succeeded`, `Failed`, `Unknown`. */
  readonly phase: string;
  /** Of its first interface, as text. */
  readonly addresses: readonly string[];
  /** Of its node. */
  readonly nodeAddresses: readonly string[];
  /** Why the scheduler had not found a node for it. */
  readonly unscheduled: string | null;
}

const text = z.string().min(1).nullish().catch(null);
const ips = z
  .array(z.looseObject({ ip: z.string().min(1) }))
  .nullish()
  .catch(null);

const origin = z.looseObject({
  uid: text,
  deletionTimestamp: text,
  ownerReferences: z
    .array(
      z.looseObject({ kind: z.string(), name: z.string(), uid: text, controller: z.boolean().nullish().catch(null) }),
    )
    .nullish()
    .catch(null),
});

const conditions = z
  .array(z.looseObject({ type: z.string(), status: z.string(), message: text }))
  .nullish()
  .catch(null);

const podStatus = z.looseObject({
  phase: z.string().min(1),
  podIP: text,
  podIPs: ips,
  hostIP: text,
  hostIPs: ips,
  conditions,
});

const jobStatus = z.looseObject({ conditions });

const nodeStatus = z.looseObject({
  allocatable: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .nullish()
    .catch(null),
  addresses: z
    .array(z.looseObject({ type: z.string(), address: z.string() }))
    .nullish()
    .catch(null),
});

/** What is read of `metadata` of every object, and of `status` by kind, beside the schemas of the kinds. */
export const readOfClusters = {
  metadata: origin,
  status: { Pod: podStatus, Job: jobStatus, Node: nodeStatus },
} as const;

export function originOf(metadata: unknown): ObjectOrigin {
  const read = origin.safeParse(metadata);
  if (!read.success) return { uid: null, controller: null, terminating: false };
  const { uid, deletionTimestamp, ownerReferences } = read.data;
  const controller = ownerReferences?.find((owner) => owner.controller === true);
  return {
    uid: uid ?? null,
    controller:
      controller === undefined ? null : { kind: controller.kind, name: controller.name, uid: controller.uid ?? null },
    terminating: deletionTimestamp != null,
  };
}

/** null: no cluster has had the pod. */
export function podStatusOf(status: unknown): PodStatus | null {
  const read = podStatus.safeParse(status);
  if (!read.success) return null;
  const { phase, podIP, podIPs, hostIP, hostIPs } = read.data;
  const unscheduled = read.data.conditions?.find((one) => one.type === 'PodScheduled' && one.status === 'False');
  return {
    phase,
    addresses: distinct([podIP ?? '', ...(podIPs ?? []).map(({ ip }) => ip)]),
    nodeAddresses: distinct([hostIP ?? '', ...(hostIPs ?? []).map(({ ip }) => ip)]),
    unscheduled: unscheduled === undefined ? null : (unscheduled.message ?? 'no node was found for it'),
  };
}

/** Whether a Job has ended, well or not. */
export function hasEnded(status: unknown): boolean {
  const read = jobStatus.safeParse(status);
  return (
    read.success &&
    (read.data.conditions ?? []).some(
      (one) => (one.type === 'Complete' || one.type === 'Failed') && one.status === 'True',
    )
  );
}

/** Of a Node: its addresses inside the cluster, and what of each resource pods may ask for, as quantities. */
export function nodeStatusOf(status: unknown): {
  readonly addresses: readonly string[];
  readonly allocatable: Readonly<Record<string, string | number>>;
} {
  const read = nodeStatus.safeParse(status);
  if (!read.success) return { addresses: [], allocatable: {} };
  const { addresses, allocatable } = read.data;
  return {
    addresses: distinct((addresses ?? []).map(({ type, address }) => (type === 'InternalIP' ? address : ''))),
    allocatable: allocatable ?? {},
  };
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].filter((one) => one !== '');
}
