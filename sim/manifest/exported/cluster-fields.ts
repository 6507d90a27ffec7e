/**
 * What a cluster wrote beside what people did, as `kubectl get -o yaml` prints it: ids, owners, statuses. An API server
 * takes none of it from a file, and refuses none that is of the right types, which the schemas see to: what is not of the form
 * it should have counts as not written, and `unreadable.ts` says so.
 */
import { isIP } from 'node:net';
import * as z from 'zod';
import { specialAddress, type SpecialAddress } from '../objects/special-address.ts';
import type { Path } from '../manifests.ts';

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

const text = z.string().optional();
/** Empty where there was none yet. */
const ip = z.string().superRefine((written, context) => {
  const wrong = written === '' ? null : addressProblem(written);
  if (wrong !== null) context.addIssue({ code: 'custom', message: `\`${written}\` ${wrong}` });
});

/** As the API server has it for addresses that others are told of (ValidateNonSpecialIP of pkg/apis/core/validation). */
function addressProblem(written: string): string | null {
  if (isIP(written) === 0 || written.includes('%')) return 'is no IP address';
  const special = specialAddress(written);
  return special === null ? null : `is ${WORDS[special]}, and no address by which others reach it`;
}

const WORDS: Readonly<Record<SpecialAddress, string>> = {
  unspecified: 'an address of nobody',
  loopback: 'a loopback address',
  'link-local': 'an address of one link alone',
  multicast: 'an address of a group',
  reserved: 'a reserved address',
};

const ips = z.array(z.looseObject({ ip })).optional();

const origin = z.looseObject({
  uid: text,
  deletionTimestamp: text,
  ownerReferences: z
    .array(z.looseObject({ apiVersion: text, kind: text, name: text, uid: text, controller: z.boolean().optional() }))
    .optional(),
});

const conditions = z.array(z.looseObject({ type: z.string(), status: z.string(), message: text })).optional();

const podStatus = z.looseObject({
  phase: text,
  podIP: ip.optional(),
  podIPs: ips,
  hostIP: ip.optional(),
  hostIPs: ips,
  conditions,
});

const jobStatus = z.looseObject({ conditions });

const nodeStatus = z.looseObject({
  allocatable: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  addresses: z
    .array(
      z
        .looseObject({ type: z.string(), address: z.string() })
        .refine(({ type, address }) => type !== 'InternalIP' || ip.safeParse(address).success, {
          path: ['address'],
          error: ({ input }) => `\`${(input as { address: string }).address}\` is no IP address`,
        }),
    )
    .optional(),
});

/** What is read of `metadata` of every object, and of `status` by kind, beside the schemas of the kinds. */
export const readOfClusters = {
  metadata: origin,
  status: { Pod: podStatus, Job: jobStatus, Node: nodeStatus },
} as const;

/** A part that is not of the form it should have. */
export interface Unreadable {
  /** Below what was read. */
  readonly path: Path;
  readonly message: string;
}

const NOTHING = Object.freeze({ fits: Object.freeze({}), unreadable: Object.freeze([]) });

/** The fields that fit, and what of the others does not; each field of the schema may be left out. */
export function whatFits<Schema extends z.ZodObject>(
  schema: Schema,
  value: unknown,
): { readonly fits: Partial<z.output<Schema>>; readonly unreadable: readonly Unreadable[] } {
  if (value === undefined || value === null || isSilent(schema, value)) return NOTHING;
  const read = schema.safeParse(value);
  if (read.success) return { fits: read.data, unreadable: [] };
  const { issues } = read.error;
  const unreadable = issues.map(({ path, message }) => ({ path: path as Path, message }));
  const wrong = new Set(issues.map(({ path: [field] }) => field));
  if (wrong.has(undefined)) return { fits: {}, unreadable };
  const rest = Object.entries(value).filter(([field]) => !wrong.has(field));
  return { fits: schema.parse(Object.fromEntries(rest)), unreadable };
}

/** Whether nothing of what is read stands there, as in what a person wrote. */
function isSilent({ shape }: z.ZodObject, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const field in value) if (Object.hasOwn(shape, field)) return false;
  return true;
}

const OF_NO_CLUSTER: ObjectOrigin = Object.freeze({ uid: null, controller: null, terminating: false });

export function originOf(metadata: unknown): ObjectOrigin {
  const { fits } = whatFits(origin, metadata);
  if (fits === NOTHING.fits) return OF_NO_CLUSTER;
  const { uid, deletionTimestamp, ownerReferences } = fits;
  const controller = ownerReferences?.find((owner) => owner.controller === true);
  const { kind = '', name = '' } = controller ?? {};
  return {
    uid: uid || null,
    controller: kind === '' || name === '' ? null : { kind, name, uid: controller?.uid || null },
    terminating: (deletionTimestamp ?? '') !== '',
  };
}

/** null: no cluster has had the pod. */
export function podStatusOf(status: unknown): PodStatus | null {
  const {
    phase = '',
    podIP = '',
    podIPs = [],
    hostIP = '',
    hostIPs = [],
    conditions,
  } = whatFits(podStatus, status).fits;
  const addresses = distinct([podIP, ...podIPs.map((one) => one.ip)]);
  if (phase === '' && addresses.length === 0) return null;
  const unscheduled = conditions?.find((one) => one.type === 'PodScheduled' && one.status === 'False');
  return {
    // What has an address runs, whoever took the rest of its status away.
    phase: phase === '' ? 'Running' : phase,
    addresses,
    nodeAddresses: distinct([hostIP, ...hostIPs.map((one) => one.ip)]),
    unscheduled: unscheduled === undefined ? null : (unscheduled.message ?? 'no node was found for it'),
  };
}

/** Whether a Job has ended, well or not. */
export function hasEnded(status: unknown): boolean {
  const { conditions = [] } = whatFits(jobStatus, status).fits;
  return conditions.some((one) => (one.type === 'Complete' || one.type === 'Failed') && one.status === 'True');
}

/** Of a Node: its addresses inside the cluster, and what of each resource pods may ask for, as quantities. */
export function nodeStatusOf(status: unknown): {
  readonly addresses: readonly string[];
  readonly allocatable: Readonly<Record<string, string | number>>;
} {
  const { addresses = [], allocatable = {} } = whatFits(nodeStatus, status).fits;
  return {
    addresses: distinct(addresses.map(({ type, address }) => (type === 'InternalIP' ? address : ''))),
    allocatable,
  };
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].filter((one) => one !== '');
}
