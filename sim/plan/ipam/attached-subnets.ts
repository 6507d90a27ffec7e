/** Subnets in which networks that write their addresses themselves give pods addresses. */
import { formatAddress, hostCidr, parseCidr, type Cidr } from '../../../dataplane/policy/address.ts';
import { hostAddress, tryCidr } from './address-of-cidr.ts';
import type { Attachment } from '../network/attachments.ts';
import type { Range } from '../cni/ranges.ts';

/** Those of Spiderpool are its pools'. */
export function subnetsOf(attached: readonly Attachment[]): Cidr[] {
  return attached.flatMap(({ chain: { ipam }, ips }) => {
    const asked = ips.flatMap((text) => tryCidr(text) ?? alone(text));
    if (ipam.kind === 'spiderpool') return asked;
    const written = ipam.addresses.flatMap(({ address }) => tryCidr(address) ?? []);
    const sets = ipam.kind === 'ranges' ? ipam.sets : [];
    return [...asked, ...written, ...sets.flatMap(({ ranges }) => ranges.map(subnetOfRange))];
  });
}

function alone(text: string): Cidr | [] {
  const address = hostAddress(text);
  return address === null ? [] : hostCidr(address);
}

function subnetOfRange({ first, prefixLength }: Range): Cidr {
  return parseCidr(`${formatAddress(first)}/${prefixLength}`);
}
