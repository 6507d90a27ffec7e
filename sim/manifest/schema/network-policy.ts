/**
 * NetworkPolicy, validated as the API server does.
 * Source: ValidateNetworkPolicySpec in kubernetes pkg/apis/networking/validation/validation.go; CIDRs: parseCIDR in
 * apimachinery pkg/util/validation/ip.go. Leading zeros and IPv4-mapped addresses are refused as a server with the feature
 * gate StrictIPCIDRValidation (by default since 1.36) refuses them, as others read them in other ways; host bits, which that gate
 * refuses and every server without it takes, and which mean the same to all, are taken with W201.
 */
import * as z from 'zod';
import { readPrefix } from '../../../dataplane/address/text.ts';
import { cidrProblem, isMapped, isStrictSubset } from '../objects/cidr.ts';
import { problem, rule } from '../check-schema.ts';
import { portNameProblem } from '../objects/names.ts';
import { isPortNumber } from '../objects/port-number.ts';
import { labelSelector } from './label-selector.ts';

const cidr = rule('E212', (text) => {
  const block = readPrefix(text);
  if (block === null || !isMapped(block)) return cidrProblem(text);
  return { what: 'is an IPv4-mapped IPv6 address', help: 'write the IPv4 address in its dotted form' };
});

const ipBlock = z.strictObject({ cidr, except: z.array(cidr).optional() }).superRefine((block, context) => {
  const outer = readPrefix(block.cidr);
  for (const [i, text] of (block.except ?? []).entries()) {
    const inner = readPrefix(text);
    if (outer === null || inner === null || isStrictSubset(inner, outer)) continue;
    problem(
      context,
      'E212',
      ['except', i],
      `\`${text}\` must be a strict subset of \`cidr\` ${block.cidr}`,
      'except a smaller block that lies in `cidr`, or remove it',
    );
  }
});

const peer = z
  .strictObject({
    podSelector: labelSelector.optional(),
    namespaceSelector: labelSelector.optional(),
    ipBlock: ipBlock.optional(),
  })
  .superRefine(({ podSelector, namespaceSelector, ipBlock: block }, context) => {
    const selects = podSelector !== undefined || namespaceSelector !== undefined;
    if (block !== undefined && selects) {
      problem(
        context,
        'E213',
        [],
        'a peer may not have both `ipBlock` and a selector',
        'make it two entries of the list: `- ipBlock: ...` and `- podSelector: ...`',
      );
    }
    if (block === undefined && !selects) {
      problem(
        context,
        'E213',
        [],
        'a peer must say whom it means',
        'add `podSelector`, `namespaceSelector` or `ipBlock`; `podSelector: {}` means every pod of the namespace',
      );
    }
  });

const PORT_HELP = 'write a number from 1 to 65535; for every port leave `port` out';

const portNumber = z.int().superRefine((number, context) => {
  if (!isPortNumber(number)) problem(context, 'E211', [], `port ${number} is not between 1 and 65535`, PORT_HELP);
});

const portName = z.string().superRefine((name, context) => {
  const wrong = portNameProblem(name);
  if (wrong === null) return;
  const help = /^\d+$/.test(name)
    ? `write a number without quotes: ${name}`
    : 'write the name that a container gives its port, for example `http`';
  problem(context, 'E211', [], `\`${name}\` is not a port name: it ${wrong}`, help);
});

const port = z
  .strictObject({
    protocol: z.enum(['TCP', 'UDP', 'SCTP']).optional(),
    port: z.union([portNumber, portName]).optional(),
    endPort: z.int().optional(),
  })
  .superRefine(({ port: first, endPort }, context) => {
    if (endPort === undefined) return;
    if (typeof first !== 'number') {
      const why = first === undefined ? 'when `port` is not specified' : 'when `port` is a name';
      problem(
        context,
        'E211',
        ['endPort'],
        `\`endPort\` may not be specified ${why}`,
        'add a numeric `port`, the begin of the range',
      );
    } else if (!isPortNumber(endPort)) {
      problem(context, 'E211', ['endPort'], `endPort ${endPort} is not between 1 and 65535`, PORT_HELP);
    } else if (endPort < first) {
      problem(
        context,
        'E211',
        ['endPort'],
        `endPort ${endPort} must be greater than or equal to port ${first}`,
        'swap the two',
      );
    }
  });

const ports = z.array(port).optional();
const peers = z.array(peer).optional();

export const networkPolicySpec = z.strictObject({
  // Left out it selects every pod of the namespace, as `{}` does.
  podSelector: labelSelector.optional(),
  policyTypes: z
    .array(z.enum(['Ingress', 'Egress']))
    .max(2)
    .optional(),
  ingress: z.array(z.strictObject({ from: peers, ports })).optional(),
  egress: z.array(z.strictObject({ to: peers, ports })).optional(),
});
