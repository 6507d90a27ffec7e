/** What a pod of an exported cluster had: its addresses, and what Multus wrote of its interfaces. */
import * as z from 'zod';
import { hostAddress } from '../ipam/address-of-cidr.ts';
import type { PodManifest } from '../../manifest/manifests.ts';
import { readJson } from '../../manifest/yaml/inner-json.ts';

export interface Had {
  /** Of its first interface, as text. */
  readonly addresses: readonly string[];
  /** null: nothing was written. */
  readonly interfaces: readonly HadInterface[] | null;
  /** Why what was written cannot be read; null: it can. */
  readonly problem: string | null;
  /** The annotation that says it. */
  readonly annotation: string | null;
}

export interface HadInterface {
  /** `eth0`, `net1`; null: not told. */
  readonly nic: string | null;
  /** `namespace/name` of its network, or the name in the CNI configuration. */
  readonly network: string;
  readonly ips: readonly string[];
  readonly mac: string | null;
}

/** The Network Custom Resource Definition De-facto Standard, and Multus before it. */
const ANNOTATIONS = ['k8s.v1.cni.cncf.io/network-status', 'k8s.v1.cni.cncf.io/networks-status'] as const;

const status = z.array(
  z.looseObject({
    name: z.string(),
    interface: z.string().nullish(),
    ips: z.array(z.string()).nullish(),
    mac: z.string().nullish(),
  }),
);

/** null for a pod that no cluster has had. */
export function hadBy({ origin, status: said, annotations }: PodManifest): Had | null {
  if (said === null && origin.uid === null && origin.controller === null) return null;
  const annotation = ANNOTATIONS.find((one) => (annotations[one] ?? '').trim() !== '') ?? null;
  const read = annotation === null ? null : interfacesIn(annotations[annotation] ?? '');
  const interfaces = typeof read === 'string' ? null : read;
  const first = (interfaces ?? []).find(({ nic }) => nic === 'eth0')?.ips ?? [];
  const addresses = said?.addresses ?? [];
  return {
    addresses: addresses.length > 0 ? addresses : first,
    interfaces,
    problem: typeof read === 'string' ? read : null,
    annotation,
  };
}

/** The addresses of one interface; empty where nobody said. */
export function addressesHad(had: Had | null, nic: string, isFirst: boolean): readonly string[] {
  if (had === null) return [];
  if (isFirst) return had.addresses;
  return had.interfaces?.find((one) => one.nic === nic)?.ips ?? [];
}

function interfacesIn(text: string): HadInterface[] | string {
  let value: unknown;
  try {
    value = readJson(text);
  } catch (error) {
    return (error as Error).message;
  }
  const read = status.safeParse(value);
  if (!read.success) return 'it is not a list of objects with `name`, `interface`, `ips` and `mac`';
  const stray = read.data.flatMap(({ ips }) => ips ?? []).find((one) => hostAddress(one) === null);
  if (stray !== undefined) return `\`${stray}\` is no IP address`;
  return read.data.map((one) => ({
    nic: one.interface ?? null,
    network: one.name,
    ips: one.ips ?? [],
    mac: one.mac ?? null,
  }));
}
