/**
 * Settings of Spiderpool's coordinator, checked as its webhook checks them, in a SpiderCoordinator and in the
 * `coordinator` of a SpiderMultusConfig (pkg/coordinatormanager/coordinator_validate.go and coordinator_mutate.go of
 * Spiderpool 1.2.2).
 */
import { isIP } from 'node:net';
import type { Path, SpiderCoordinatorSpec } from '../../manifest/manifests.ts';
import type { SpiderProblem } from './spider-problem.ts';

/** `path`: the way to the settings. */
export function coordinatorProblems(spec: SpiderCoordinatorSpec, path: Path): SpiderProblem[] {
  const problems: SpiderProblem[] = [];
  const wrong = (field: Path, message: string, help: string): void => {
    problems.push({ path: [...path, ...field], message, help });
  };
  for (const [i, cidr] of (spec.hijackCIDR ?? []).entries()) {
    if (familyOf(cidr) !== null) continue;
    wrong(['hijackCIDR', i], `hijackCIDR: \`${cidr}\` is neither an IP address nor a CIDR`, 'write 10.96.0.0/12');
  }
  for (const [i, { dst, gw }] of (spec.policyRoutes ?? []).entries()) {
    const at = ['policyRoutes', i];
    const family = familyOf(dst);
    if (family === null) {
      wrong([...at, 'dst'], `policyRoutes: \`${dst}\` is neither an IP address nor a CIDR`, 'write 10.10.0.0/16');
    } else if (isIP(gw) === 0) {
      wrong([...at, 'gw'], 'gw is an invalid IP address', 'write the address of a router in the subnet of the pod');
    } else if (isIP(gw) !== family) {
      wrong([...at, 'gw'], 'dst and gw must use the same IP family', `write an IPv${family} address`);
    }
  }
  const macProblem = macPrefixProblem(spec.podMACPrefix ?? '');
  if (macProblem !== null) wrong(['podMACPrefix'], macProblem, 'write two bytes such as 0a:1b');
  if ((spec.txQueueLen ?? 0) < 0) wrong(['txQueueLen'], "txQueueLen can't be less than 0", 'write 0 to leave it');
  if ((spec.podRPFilter ?? 0) > 2) {
    wrong(
      ['podRPFilter'],
      `podRPFilter: unsupported value ${String(spec.podRPFilter)}: supported values: "0", "1", "2"`,
      'write 0, 1 or 2, or a negative number to leave it as it is',
    );
  }
  if (spec.vethLinkAddress !== undefined && spec.vethLinkAddress !== '' && isIP(spec.vethLinkAddress) === 0) {
    wrong(['vethLinkAddress'], 'vethLinkAddress is an invalid IP address', 'write 169.254.100.1');
  }
  if ((spec.vethMTU ?? 1) <= 0) wrong(['vethMTU'], 'vethMTU must be greater than 0', 'write 1500');
  return problems;
}

/** Beyond `coordinatorProblems`, what the cluster-wide one must say. */
export function missingInCoordinator(spec: SpiderCoordinatorSpec): SpiderProblem[] {
  if (spec.podCIDRType !== undefined) return [];
  return [{ path: ['spec'], message: 'PodCIDRType is not allowed to be empty', help: 'add `podCIDRType: auto`' }];
}

function macPrefixProblem(prefix: string): string | null {
  if (prefix === '') return null;
  const first = /^([0-9a-f]{2}):[0-9a-f]{2}$/i.exec(prefix)?.[1];
  if (first === undefined) return `podMACPrefix: \`${prefix}\` is not a valid MAC prefix`;
  return (Number.parseInt(first, 16) & 1) === 0
    ? null
    : `podMACPrefix: \`${prefix}\` is not a unicast MAC: the lowest bit of the first byte must be 0`;
}

/** Of an address or a CIDR; null where it is neither. */
function familyOf(text: string): 4 | 6 | null {
  const [address = '', length, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0 || address.includes('%')) return null;
  if (length !== undefined && !(/^(0|[1-9]\d{0,2})$/.test(length) && Number(length) <= (family === 4 ? 32 : 128))) {
    return null;
  }
  return family === 4 ? 4 : 6;
}
